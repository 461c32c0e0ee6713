import { useQuery } from "@tanstack/react-query";
import { client, data } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./ProfilePage.module.css";

/** Who acted in my name: nothing of it is hidden from me. */
export function Impersonations() {
  const t = useT();
  const format = useFormat();
  const list = useQuery({
    queryKey: ["impersonations"],
    queryFn: () => data(client.GET("/api/v1/profile/impersonations")),
  });
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={1} height={56} />;
  if (list.data.length === 0) return <p className={styles.lead}>{t("impersonation.none")}</p>;
  return (
    <div>
      <p className={styles.lead}>{t("impersonation.list_lead")}</p>
      <ul>
        {list.data.map(({ id, impersonator, reason, started_at: from, ended_at: until }) => (
          <li key={id} className={styles.session}>
            <Avatar person={impersonator} size={24} />
            <span className={styles.words}>
              <bdi className={styles.device}>{impersonator.name}</bdi>
              <span className={styles.reason} dir="auto">
                {reason}
              </span>
              <span className={styles.facts}>
                {until
                  ? t("impersonation.from_until", { from: format.exact(from), until: format.exact(until) })
                  : t("impersonation.since", { from: format.exact(from) })}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
