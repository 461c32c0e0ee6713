import { useQuery } from "@tanstack/react-query";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { useSession } from "@/lib/session/session";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { IconButton } from "@/ui/IconButton";
import { NotificationIcon, ReadAllIcon } from "@/ui/icons";
import { Popover, PopoverTitle } from "@/ui/Popover";
import { SkeletonRows } from "@/ui/Skeleton";
import { NotificationItem } from "./NotificationItem";
import styles from "./NotificationsPopover.module.css";
import { notificationsQuery, useReadAllNotifications } from "./queries";

export function NotificationsPopover() {
  const t = useT();
  const format = useFormat();
  const unread = useQuery(notificationsQuery).data?.unread_count ?? 0;
  return (
    <>
      <span className={styles.bell}>
        <Popover
          trigger={
            <IconButton
              label={t("notifications.unread", { count: unread })}
              icon={<NotificationIcon size={16} />}
            />
          }
          label={t("notifications.title")}
          className={styles.popover}
        >
          {(close) => <Contents unread={unread} onOpen={close} />}
        </Popover>
        {unread > 0 && (
          <span className={styles.count} aria-hidden="true">
            {unread > 99 ? `${format.number(99)}+` : format.number(unread)}
          </span>
        )}
      </span>
      <span className="visually-hidden" role="status">
        {unread > 0 && t("notifications.unread", { count: unread })}
      </span>
    </>
  );
}

function Contents({ unread, onOpen }: { unread: number; onOpen: () => void }) {
  const t = useT();
  const { data: page, error, refetch } = useQuery(notificationsQuery);
  const readAll = useReadAllNotifications();
  const acting = useSession().impersonation != null;
  return (
    <>
      <div className={styles.header}>
        <PopoverTitle className={styles.title}>{t("notifications.title")}</PopoverTitle>
        {unread > 0 && !acting && (
          <IconButton
            label={t("notifications.read_all")}
            icon={<ReadAllIcon size={16} />}
            onClick={() => readAll.mutate(undefined)}
          />
        )}
      </div>
      {error && !page && <ErrorState error={error} retry={() => void refetch()} />}
      {!page && !error && <SkeletonRows count={4} height={56} />}
      {page?.items.length === 0 && (
        <EmptyState title={t("notifications.empty")}>{t("notifications.empty_lead")}</EmptyState>
      )}
      <ul className={styles.list}>
        {page?.items.map((item) => (
          <NotificationItem key={item.id} notification={item} onOpen={onOpen} />
        ))}
      </ul>
    </>
  );
}
