import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusGlyph } from "@/ui/StatusGlyph";
import styles from "./NotificationsPopover.module.css";
import { type Notification, useReadNotification } from "./queries";

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
  const actor = notification.actor_name ?? t("notifications.system");
  return (
    <li>
      <Link
        to={paths.desk.ticket(ticket.number)}
        className={styles.item}
        data-unread={!isRead || undefined}
        onClick={() => {
          if (!isRead) read.mutate(notification.id);
          onOpen();
        }}
      >
        <StatusGlyph status={ticket.status} />
        <span className={styles.words}>
          <span className={styles.what}>{t(`notifications.${kind}`, { actor })}</span>
          <span className={styles.subject}>
            <bdi>{t("tickets.number", { number: String(ticket.number) })}</bdi> <bdi>{ticket.subject}</bdi>
          </span>
        </span>
        <RelativeTime at={notification.created_at} className={styles.time} />
      </Link>
    </li>
  );
}
