import { useT } from "@/lib/i18n/I18nProvider";
import styles from "./Composer.module.css";
import type { Ticket } from "./queries";

/** Why something cannot be written, or what writing does beyond the usual. */
export function ComposerHint({ ticket, mayAccept }: { ticket: Ticket; mayAccept: boolean }) {
  const t = useT();
  const { status, actions } = ticket;
  if (status === "new")
    return <p className={styles.hint}>{t(mayAccept ? "ticket.new_hint" : "ticket.new_hint_agent")}</p>;
  if (status === "cancelled") return <p className={styles.hint}>{t("ticket.cancelled_hint")}</p>;
  if (status !== "closed") return null;
  return (
    <p className={styles.hint}>
      {t(actions.includes("follow_up") ? "ticket.closed_hint" : "ticket.closed_read_only")}
    </p>
  );
}
