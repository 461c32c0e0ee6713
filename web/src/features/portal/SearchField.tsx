import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { CloseIcon, SearchIcon } from "@/ui/icons";
import styles from "./SearchField.module.css";

const pauseMs = 250;

/** The words stand in the address, so that a search can be sent to somebody and the way back works. */
export function SearchField({ label }: { label: string }) {
  const t = useT();
  const navigate = useNavigate();
  const { q = "" } = useSearch({ strict: false }) as { q?: string };
  const [words, setWords] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => setWords(q), [q]);
  useEffect(() => () => clearTimeout(timer.current), []);

  function search(next: string) {
    clearTimeout(timer.current);
    void navigate({ to: ".", search: { q: next.trim() || undefined } as never, replace: true });
  }

  function type(next: string) {
    setWords(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search(next), pauseMs);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    search(words);
  }

  return (
    <search className={styles.field}>
      <form onSubmit={submit}>
        <SearchIcon size={20} className={styles.icon} />
        <input
          type="text"
          inputMode="search"
          enterKeyHint="search"
          dir="auto"
          aria-label={label}
          placeholder={label}
          className={styles.input}
          value={words}
          onChange={(event) => type(event.target.value)}
        />
        {words && (
          <button
            type="button"
            className={styles.clear}
            aria-label={t("portal.search_clear")}
            onClick={() => search("")}
          >
            <CloseIcon size={18} />
          </button>
        )}
      </form>
    </search>
  );
}
