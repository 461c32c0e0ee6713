import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { StarIcon } from "@/ui/icons";

import styles from "./Rating.module.css";

const scores = [1, 2, 3, 4, 5];

export const scoreWords = (score: number) => `rating.${score}` as MessageId;

interface Props {
  label: string;
  /** 0 is nothing chosen yet. */
  value: number;
  onChange: (score: number) => void;
}

/** Radio buttons that look like stars: arrows, screen readers and thumbs work as with any of them. */
export function Stars({ label, value, onChange }: Props) {
  const t = useT();
  return (
    <fieldset>
      <legend className={styles.question}>{label}</legend>
      <div className={styles.stars}>
        {scores.map((score) => (
          <label key={score} className={styles.star} data-on={score <= value || undefined}>
            <input
              type="radio"
              name="score"
              value={score}
              checked={score === value}
              onChange={() => onChange(score)}
              aria-label={`${score}: ${t(scoreWords(score))}`}
            />
            <StarIcon size={28} strokeWidth={1.5} />
          </label>
        ))}
        {value > 0 && (
          <span className={styles.word} aria-hidden="true">
            {t(scoreWords(value))}
          </span>
        )}
      </div>
    </fieldset>
  );
}
