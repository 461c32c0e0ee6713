import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { useSession } from "@/lib/session/session";
import { PersonIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusGlyph } from "@/ui/StatusGlyph";
import styles from "./NotificationsPopover.module.css";
import { type Notification, useReadNotification } from "./queries";

const kinds: Record<string, MessageId> = {
  ticket_new: "notifications.ticket_new",
  ticket_assigned: "notifications.ticket_assigned",
  customer_replied: "notifications.customer_replied",
  staff_replied: "notifications.staff_replied",
  ticket_resolved: "notifications.ticket_resolved",
  ticket_closed: "notifications.ticket_closed",
  sla_warned: "notifications.sla_warned",
  sla_breached: "notifications.sla_breached",
  ticket_rated: "notifications.ticket_rated",
  impersonated: "notifications.impersonated",
};

/** A server that is newer than this page may know more kinds. */
function wordsOf(kind: string): MessageId {
  return kinds[kind] ?? "notifications.other";
}

export function NotificationItem({
  notification,
  onOpen,
}: {
  notification: Notification;
  onOpen: () => void;
}) {
  const t = useT();
  const read = useReadNotification();
  const { ticket, read: isRead, kind } = notification;
  // What is new to somebody stays new, whoever acts as them.
  const acting = useSession().impersonation != null;
  const actor = notification.actor_name ?? t("notifications.system");
  return (
    <li>
      <Link
        to={ticket ? paths.desk.ticket(ticket.number) : paths.desk.settings.profile()}
        className={styles.item}
        data-unread={!isRead || undefined}
        onClick={() => {
          if (!isRead && !acting) read.mutate(notification.id);
          onOpen();
        }}
      >
        {ticket ? <StatusGlyph status={ticket.status} /> : <PersonIcon size={16} />}
        <span className={styles.words}>
          <span className={styles.what}>{t(wordsOf(kind), { actor })}</span>
          {ticket && (
            <span className={styles.subject}>
              <bdi>{t("tickets.number", { number: String(ticket.number) })}</bdi> <bdi>{ticket.subject}</bdi>
            </span>
          )}
        </span>
        <RelativeTime at={notification.created_at} className={styles.time} />
      </Link>
    </li>
  );
}
