import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { pollMs } from "@/lib/operation/freshness";
import { useDiscard, useReplay } from "@/lib/operation/jobs";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./Jobs.module.css";

type Detail = Schemas["QueuedJobDetail"];

const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ["jobs", "job", id],
    queryFn: () => data(client.GET("/api/v1/internal/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: pollMs,
  });

/** One job: how far it is, every attempt with its reason, what it is about in ids. */
export function JobDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const job = useQuery(jobQuery(id));
  return (
    <Dialog open onClose={onClose} size="large" title={job.data?.kind ?? t("jobs.job")}>
      {job.isError && !job.data && <ErrorState error={job.error} retry={() => void job.refetch()} />}
      {job.isPending && <SkeletonRows count={6} height={28} />}
      {job.data && <Facts job={job.data} />}
    </Dialog>
  );
}

function Facts({ job }: { job: Detail }) {
  const t = useT();
  const format = useFormat();
  const exact = (at: string | null | undefined) => at && format.exact(at);
  return (
    <>
      <dl className={styles.facts}>
        <Fact name={t("jobs.state")}>{t(`jobs.state_${job.state}`)}</Fact>
        <Fact name={t("jobs.id")}>
          <code>{job.id}</code>
        </Fact>
        <Fact name={t("jobs.organization")}>{job.organization}</Fact>
        <Fact name={t("jobs.queue")}>{t(`monitoring.queue_${job.queue}`)}</Fact>
        <Fact name={t("jobs.attempts")}>
          {t("jobs.attempt_of", {
            attempt: format.number(job.attempt),
            most: format.number(job.max_attempts),
          })}
        </Fact>
        <Fact name={t("jobs.created")}>{exact(job.created_at)}</Fact>
        <Fact name={t("jobs.time_available")}>{exact(job.run_at)}</Fact>
        <Fact name={t("jobs.time_completed")}>{exact(job.finished_at)}</Fact>
        <Fact name={t("jobs.time_running")}>
          {job.heartbeat_age_seconds != null &&
            t("monitoring.ago", { age: format.age(job.heartbeat_age_seconds) })}
        </Fact>
        <Fact name={t("monitoring.worker")}>
          {job.worker && `${job.worker.kind} · ${job.worker.host}:${job.worker.pid}`}
        </Fact>
        <Fact name={t("jobs.longest")}>{format.age(job.deadline_seconds)}</Fact>
      </dl>
      <Attempts attempts={job.attempts} />
      <h3 className={styles.heading}>{t("jobs.payload")}</h3>
      <p className={styles.small}>{t("jobs.payload_lead")}</p>
      <pre className={styles.payload} dir="ltr">
        {JSON.stringify(job.payload, null, 2)}
      </pre>
      {job.state === "dead" && <Acts id={job.id} />}
    </>
  );
}

function Attempts({ attempts }: { attempts: Detail["attempts"] }) {
  const t = useT();
  const format = useFormat();
  return (
    <>
      <h3 className={styles.heading}>{t("jobs.attempts")}</h3>
      {attempts.length === 0 && <p className={styles.small}>{t("jobs.no_failures")}</p>}
      <ol className={styles.attempts}>
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a history only grows at its end
          <li key={index}>
            {attempt.replayed_at ? (
              t("jobs.replayed_at", { time: format.exact(attempt.replayed_at) })
            ) : (
              <>
                <span className={styles.number}>{format.number(attempt.attempt ?? 0)}</span>
                <bdi>{attempt.reason ?? t("jobs.no_reason")}</bdi>
              </>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function Acts({ id }: { id: string }) {
  const t = useT();
  const replay = useReplay();
  const discard = useDiscard();
  const [asking, setAsking] = useState(false);
  const which = { job_ids: [id] };
  return (
    <>
      {asking && <p className={styles.asking}>{t("jobs.discard_lead")}</p>}
      <DialogActions>
        {asking ? (
          <>
            <Button onClick={() => setAsking(false)}>{t("common.cancel")}</Button>
            <Button tone="danger" busy={discard.isPending} onClick={() => discard.mutate(which)}>
              {t("jobs.discard")}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setAsking(true)}>{t("jobs.discard")}</Button>
            <Button tone="primary" busy={replay.isPending} onClick={() => replay.mutate(which)}>
              {t("jobs.replay")}
            </Button>
          </>
        )}
      </DialogActions>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}
