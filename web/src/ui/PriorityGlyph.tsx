import type { Schemas } from "@/api/client";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import styles from "./PriorityGlyph.module.css";

export type Priority = Schemas["Priority"];

export const priorities: Priority[] = ["low", "normal", "high", "urgent"];
export const priorityWords: Record<Priority, MessageId> = {
  low: "priority.low",
  normal: "priority.normal",
  high: "priority.high",
  urgent: "priority.urgent",
};

const bars: Record<Priority, number> = { low: 1, normal: 2, high: 3, urgent: 3 };

/** Bars like a signal; urgent is a filled square with a mark, so that it differs in shape too. */
export function PriorityGlyph({ priority, decorative }: { priority: Priority; decorative?: boolean }) {
  const t = useT();
  const name = decorative
    ? { "aria-hidden": true }
    : { role: "img", "aria-label": t(priorityWords[priority]) };
  if (priority === "urgent") {
    return (
      <svg {...name} viewBox="0 0 16 16" width="16" height="16" className={styles.urgent}>
        <rect x="2" y="2" width="12" height="12" rx="3" fill="currentColor" />
        <path d="M8 5v3.6M8 10.9v.2" stroke="var(--raised)" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
    );
  }
  return (
    <svg {...name} viewBox="0 0 16 16" width="16" height="16" className={styles.bars}>
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          x={2.5 + bar * 4}
          y={9.5 - bar * 3}
          width="3"
          height={4 + bar * 3}
          rx="1"
          data-on={bar < bars[priority]}
        />
      ))}
    </svg>
  );
}

export function PriorityLabel({ priority }: { priority: Priority }) {
  const t = useT();
  return (
    <span className={styles.label}>
      <PriorityGlyph priority={priority} decorative />
      {t(priorityWords[priority])}
    </span>
  );
}
