import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Field } from "@/ui/Field";
import { Select } from "@/ui/Select";
import styles from "./PeoplePage.module.css";
import { roles } from "./queries";

const pauseMs = 250;

/** What is looked for stands in the address. */
export function PeopleFilter() {
  const t = useT();
  const navigate = useNavigate();
  const { q = "", role = "" } = useSearch({ strict: false }) as { q?: string; role?: string };
  const [words, setWords] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setWords(q), [q]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function look(next: { q?: string; role?: string }) {
    void navigate({ to: ".", search: { q, role, ...next } as never, replace: true });
  }

  function type(next: string) {
    setWords(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => look({ q: next.trim() }), pauseMs);
  }

  const options = [
    { value: "", label: t("people.every_role") },
    ...roles.map((value) => ({ value, label: t(`role.${value}`) })),
  ];
  return (
    <search className={styles.filter}>
      <Field
        label={t("people.search")}
        hideLabel
        placeholder={t("people.search")}
        value={words}
        onChange={(event) => type(event.target.value)}
      />
      <Select
        label={t("people.role")}
        hideLabel
        options={options}
        value={role}
        onChange={(event) => look({ role: event.target.value })}
      />
    </search>
  );
}
