import styles from "./WeekEditor.module.css";
import { minuteOfDay, type Window } from "./windows";

const share = (minutes: number) => `${(minutes / 1440) * 100}%`;

/** Drawn for the eye; the fields beside it say the same. */
export function HoursBar({ windows }: { windows: Window[] }) {
  return (
    <div className={styles.bar} aria-hidden="true">
      {windows.map((window) => {
        const from = minuteOfDay(window.from);
        const to = minuteOfDay(window.to);
        if (from === null || to === null || to <= from) return null;
        return (
          <span
            key={`${window.from}-${window.to}`}
            className={styles.open}
            style={{ insetInlineStart: share(from), inlineSize: share(to - from) }}
          />
        );
      })}
    </div>
  );
}
