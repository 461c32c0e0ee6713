import { AlertIcon, CheckIcon } from "./icons";
import styles from "./Steps.module.css";

export interface Step {
  id: string;
  passed: boolean;
  words: string;
  detail?: string | null;
}

/** What was tried, one after the other, and how far it went. */
export function Steps({ steps, label }: { steps: Step[]; label?: string }) {
  return (
    <ol className={styles.steps} aria-label={label}>
      {steps.map(({ id, passed, words, detail }) => (
        <li key={id} className={passed ? styles.passed : styles.failed}>
          {passed ? <CheckIcon size={16} /> : <AlertIcon size={16} />}
          <span>
            <strong>{words}</strong>
            {detail && <bdi className={styles.detail}>{detail}</bdi>}
          </span>
        </li>
      ))}
    </ol>
  );
}
