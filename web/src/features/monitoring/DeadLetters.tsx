import { useInfiniteQuery } from "@tanstack/react-query";
import { useT } from "@/lib/i18n/I18nProvider";
import { jobsQuery, type QueuedJob, useDiscard, useReplay } from "@/lib/operation/jobs";
import { paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./Monitoring.module.css";
import { Nothing, Section } from "./Section";

/** As many as one takes in at a glance; the rest is on the page of the jobs. */
const shown = 5;

export function DeadLetters() {
  const t = useT();
  const list = useInfiniteQuery(jobsQuery({ state: "dead" }, shown));
  const jobs = list.data?.pages[0]?.items ?? [];
  return (
    <Section
      title={t("monitoring.dead_letters")}
      beside={
        jobs.length > 0 && (
          <Link to={paths.desk.jobs()} search={{ state: "dead" }} className={styles.link}>
            {t("monitoring.all_dead")}
          </Link>
        )
      }
    >
      {list.isError && !list.data && <ErrorState error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <SkeletonRows count={2} height={48} />}
      {list.data && jobs.length === 0 && <Nothing>{t("monitoring.no_dead")}</Nothing>}
      {jobs.length > 0 && (
        <ul className={styles.letters}>
          {jobs.map((job) => (
            <Letter key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Letter({ job }: { job: QueuedJob }) {
  const t = useT();
  const replay = useReplay();
  const discard = useDiscard();
  const which = { job_ids: [job.id] };
  return (
    <li className={styles.letter}>
      <div className={styles.facts}>
        <Link to={paths.desk.jobs()} search={{ state: "dead", job: job.id }} className={styles.kind}>
          <bdi>{job.kind}</bdi>
        </Link>
        {job.organization && <bdi>{job.organization}</bdi>}
        {job.finished_at && <RelativeTime at={job.finished_at} />}
      </div>
      <p className={styles.reason}>
        <bdi>{job.last_reason ?? t("jobs.no_reason")}</bdi>
      </p>
      <div className={styles.acts}>
        <Button size="small" busy={replay.isPending} onClick={() => replay.mutate(which)}>
          {t("jobs.replay")}
        </Button>
        <Button size="small" tone="quiet" busy={discard.isPending} onClick={() => discard.mutate(which)}>
          {t("jobs.discard")}
        </Button>
      </div>
    </li>
  );
}
