import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { StatusGlyph } from "@/ui/StatusGlyph";
import styles from "./StatePanel.module.css";

type Ticket = Schemas["Ticket"];

function useMeaning(ticket: Ticket): string {
  const t = useT();
  const { status, assignee, cancel_reason } = ticket;
  if (assignee && (status === "accepted" || status === "in_progress")) {
    return t(`portal.meaning_${status}_by`, { name: assignee.name });
  }
  if (status === "cancelled" && cancel_reason) return t("portal.cancel_reason", { reason: cancel_reason });
  return t(`portal.meaning_${status}`);
}

/** Where the ticket stands and what that means for the reader, in words that need no glossary. */
export function StatePanel({ ticket }: { ticket: Ticket }) {
  const t = useT();
  const meaning = useMeaning(ticket);
  return (
    <div className={styles.panel} data-status={ticket.status} role="status">
      <StatusGlyph status={ticket.status} decorative size={24} />
      <div>
        <p className={styles.state}>{t(`portal.state_${ticket.status}`)}</p>
        <p className={styles.meaning}>{meaning}</p>
      </div>
    </div>
  );
}
