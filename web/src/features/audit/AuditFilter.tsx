import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Select } from "@/ui/Select";
import styles from "./AuditPage.module.css";
import type { Filters } from "./filters";
import { kinds, kindWords } from "./kinds";
import { staffQuery } from "./queries";

interface Props {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** What is looked for stands in the address. */
export function AuditFilter({ filters, onChange }: Props) {
  const t = useT();
  const set = (change: Filters) => onChange({ ...filters, ...change });
  const kindOptions = kinds.map((value) => ({ value: value as string, label: kindWords(t, value) }));
  return (
    <search className={styles.filter} aria-label={t("audit.filters")}>
      <Select
        label={t("audit.what")}
        options={[{ value: "", label: t("audit.every_kind") }, ...kindOptions]}
        value={filters.kind ?? ""}
        onChange={(event) => set({ kind: event.target.value })}
      />
      <ActorSelect actor={filters.actor} onChange={(actor) => set({ actor })} />
      <Field
        label={t("audit.since")}
        type="date"
        max={filters.until}
        value={filters.since ?? ""}
        onChange={(event) => set({ since: event.target.value })}
      />
      <Field
        label={t("audit.until")}
        type="date"
        min={filters.since}
        value={filters.until ?? ""}
        onChange={(event) => set({ until: event.target.value })}
      />
      <TypedField
        label={t("audit.ticket")}
        inputMode="numeric"
        value={filters.ticket ?? ""}
        onTyped={(ticket) => set({ ticket: ticket.replace(/^#/, "") })}
      />
      <TypedField label={t("audit.ip")} value={filters.ip ?? ""} onTyped={(ip) => set({ ip })} />
      {Object.keys(filters).length > 0 && (
        <Button tone="quiet" className={styles.clear} onClick={() => onChange({})}>
          {t("audit.clear")}
        </Button>
      )}
    </search>
  );
}

/** Staff by name; whoever else is looked for was chosen in the table. */
function ActorSelect({ actor = "", onChange }: { actor?: string; onChange: (actor: string) => void }) {
  const t = useT();
  const staff = useQuery(staffQuery).data ?? [];
  const options = staff.map(({ id, name }) => ({ value: id, label: name }));
  const other = actor && !options.some(({ value }) => value === actor) ? [{ value: actor, label: "…" }] : [];
  return (
    <Select
      label={t("audit.who")}
      options={[{ value: "", label: t("audit.anybody") }, ...options, ...other]}
      value={actor}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const pauseMs = 250;

interface TypedProps {
  label: string;
  inputMode?: "numeric";
  value: string;
  onTyped: (text: string) => void;
}

/** Follows the address, and writes to it when the typing pauses. */
function TypedField({ label, inputMode, value, onTyped }: TypedProps) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function type(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onTyped(next.trim()), pauseMs);
  }

  return (
    <Field
      label={label}
      dir="ltr"
      autoComplete="off"
      inputMode={inputMode}
      value={text}
      onChange={(event) => type(event.target.value)}
    />
  );
}
