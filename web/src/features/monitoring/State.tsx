import { AlertIcon, CancelIcon, ClockIcon, DoneIcon, PauseIcon } from "@/ui/icons";
import styles from "./Monitoring.module.css";

export type Tone = "good" | "warning" | "danger" | "idle" | "waiting";

const icons = {
  good: DoneIcon,
  warning: AlertIcon,
  danger: CancelIcon,
  idle: PauseIcon,
  waiting: ClockIcon,
};

/** How something is: a glyph and a word, never colour alone. */
export function State({ tone, children }: { tone: Tone; children: string }) {
  const Icon = icons[tone];
  return (
    <span className={styles.state} data-tone={tone}>
      <Icon size={14} />
      {children}
    </span>
  );
}
