import type { Schemas } from "@/api/client";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { classes } from "./classes";
import styles from "./StatusGlyph.module.css";

export type Status = Schemas["Status"];

export const statusWords: Record<Status, MessageId> = {
  new: "status.new",
  accepted: "status.accepted",
  in_progress: "status.in_progress",
  waiting_customer: "status.waiting_customer",
  resolved: "status.resolved",
  closed: "status.closed",
  cancelled: "status.cancelled",
};

/* A circle that fills as the ticket goes its way: the shape alone tells the state. */
const shapes: Record<Status, React.ReactNode> = {
  new: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.6 1.72" />,
  accepted: <circle cx="8" cy="8" r="5.5" />,
  in_progress: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5.2a2.8 2.8 0 0 1 0 5.6Z" fill="currentColor" />
    </>
  ),
  waiting_customer: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M6.6 6v4M9.4 6v4" strokeLinecap="round" />
    </>
  ),
  resolved: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="currentColor" stroke="none" />
      <path d="m5.4 8.2 1.8 1.8 3.5-3.8" className={styles.cut} />
    </>
  ),
  closed: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="m5.7 8.1 1.6 1.6 3-3.3" />
    </>
  ),
  cancelled: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="m6 6 4 4m0-4-4 4" strokeLinecap="round" />
    </>
  ),
};

interface Props {
  status: Status;
  /** Beside the word, the glyph is decoration. */
  decorative?: boolean;
  size?: number;
}

export function StatusGlyph({ status, decorative, size = 16 }: Props) {
  const t = useT();
  const name = decorative ? { "aria-hidden": true } : { role: "img", "aria-label": t(statusWords[status]) };
  return (
    <svg
      {...name}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      className={classes(styles.glyph, styles[status])}
    >
      {shapes[status]}
    </svg>
  );
}

export function StatusLabel({ status }: { status: Status }) {
  const t = useT();
  return (
    <span className={styles.label}>
      <StatusGlyph status={status} decorative />
      {t(statusWords[status])}
    </span>
  );
}
