import { useEffect, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { SearchIcon } from "@/ui/icons";
import styles from "./FilterBar.module.css";

const pauseMs = 250;

/** Follows the address, and writes to it when the typing pauses. */
export function TextFilter({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  const [followed, setFollowed] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (followed !== value) {
    setFollowed(value);
    setText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  function type(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), pauseMs);
  }

  return (
    <span className={styles.text}>
      <SearchIcon size={14} />
      <input
        type="search"
        dir="auto"
        aria-label={t("tickets.filter_text")}
        placeholder={t("tickets.filter_text")}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
    </span>
  );
}
