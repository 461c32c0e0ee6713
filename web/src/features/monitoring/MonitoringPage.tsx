import { useQuery } from "@tanstack/react-query";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Feed } from "@/lib/operation/Feed";
import { usePlace } from "@/lib/place";
import { useAnySession } from "@/lib/session/session";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { Backups } from "./Backups";
import { Channels } from "./Channels";
import { DeadLetters } from "./DeadLetters";
import { Errors } from "./Errors";
import { HoursChart } from "./HoursChart";
import { Isolation } from "./Isolation";
import styles from "./Monitoring.module.css";
import { Queues } from "./Queues";
import { type Monitoring, monitoringQuery } from "./queries";
import { Services } from "./Services";
import { Workers } from "./Workers";

/** How the work goes: for operators all of it, for admins their organization's. */
export function MonitoringPage() {
  const t = useT();
  usePlace({ label: t("monitoring.title") });
  const monitoring = useQuery(monitoringQuery);
  const { data, error, dataUpdatedAt } = monitoring;
  const retry = () => void monitoring.refetch();
  return (
    <div className={styles.page}>
      {!data && error && <ErrorState error={error} retry={retry} />}
      {!data && !error && <SkeletonRows count={10} height={48} />}
      {data && (
        <Feed answeredAt={dataUpdatedAt} retry={retry}>
          {(elapsed) => <Overview seen={data} elapsed={elapsed} />}
        </Feed>
      )}
    </div>
  );
}

function Overview({ seen, elapsed }: { seen: Monitoring; elapsed: number }) {
  const t = useT();
  const all = seen.scope === "installation";
  return (
    <div className={styles.sections}>
      <Measured seen={seen} />
      {all && <Services components={seen.components} elapsed={elapsed} at={seen.at} />}
      <Queues queues={seen.queues} inPart={seen.counted_in_part} elapsed={elapsed} />
      <div className={styles.pair}>
        <HoursChart title={t("monitoring.hours_jobs")} hours={seen.hours} queue="jobs" />
        <HoursChart title={t("monitoring.hours_mail")} hours={seen.hours} queue="mail" />
      </div>
      <DeadLetters />
      {all && <Workers workers={seen.workers} elapsed={elapsed} />}
      <Channels channels={seen.mail_channels} />
      <div className={styles.pair}>
        {seen.backups && <Backups backups={seen.backups} elapsed={elapsed} />}
        {all && <Isolation isolation={seen.isolation} />}
      </div>
      <Errors errors={seen.errors} />
    </div>
  );
}

/** Whose work this is, and when it was measured, by the server's clock. */
function Measured({ seen }: { seen: Monitoring }) {
  const t = useT();
  const format = useFormat();
  const { organization } = useAnySession();
  return (
    <p className={styles.measured}>
      <strong>
        {seen.scope === "installation" ? t("monitoring.installation") : <bdi>{organization?.name}</bdi>}
      </strong>
      <span>{t("monitoring.version", { version: seen.version })}</span>
      <time dateTime={seen.at} title={format.exact(seen.at)}>
        {t("monitoring.measured", { time: format.time(seen.at) })}
      </time>
    </p>
  );
}
