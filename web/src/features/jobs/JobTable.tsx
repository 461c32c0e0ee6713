import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import type { JobState, QueuedJob } from "@/lib/operation/jobs";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Jobs.module.css";

interface Props {
  jobs: QueuedJob[];
  state: JobState;
  elapsed: number;
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  onOpen: (id: string) => void;
}

export function JobTable({ jobs, state, elapsed, chosen, onChosen, onOpen }: Props) {
  const t = useT();
  const format = useFormat();
  const of_all = jobs.some(({ organization }) => organization);
  const dead = state === "dead";

  function choose(id: string, is: boolean) {
    const next = new Set(chosen);
    if (is) next.add(id);
    else next.delete(id);
    onChosen(next);
  }

  return (
    <table className={styles.table}>
      <thead>
        <tr>
          {dead && (
            <th scope="col" className={styles.box}>
              <span className="visually-hidden">{t("jobs.choose")}</span>
            </th>
          )}
          <th scope="col">{t("jobs.job")}</th>
          {of_all && <th scope="col">{t("jobs.organization")}</th>}
          <th scope="col">{t("jobs.attempts")}</th>
          <th scope="col">{t(`jobs.time_${state}`)}</th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <tr key={job.id} data-chosen={chosen.has(job.id) || undefined}>
            {dead && (
              <td className={styles.box}>
                <input
                  type="checkbox"
                  aria-label={t("jobs.choose_one", { kind: job.kind, id: job.id.slice(-8) })}
                  checked={chosen.has(job.id)}
                  onChange={(event) => choose(job.id, event.target.checked)}
                />
              </td>
            )}
            <Job job={job} onOpen={onOpen} />
            {of_all && (
              <td data-label={t("jobs.organization")}>
                <bdi>{job.organization}</bdi>
              </td>
            )}
            <td data-label={t("jobs.attempts")}>
              {t("jobs.attempt_of", {
                attempt: format.number(job.attempt),
                most: format.number(job.max_attempts),
              })}
            </td>
            <td data-label={t(`jobs.time_${state}`)}>
              <Time job={job} state={state} elapsed={elapsed} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Job({ job, onOpen }: { job: QueuedJob; onOpen: (id: string) => void }) {
  return (
    <td className={styles.job}>
      <button type="button" className={styles.kind} onClick={() => onOpen(job.id)}>
        <bdi>{job.kind}</bdi>
        <bdi className={styles.id}>{job.id.slice(-8)}</bdi>
      </button>
      {job.last_reason && (
        <span className={styles.reason}>
          <bdi>{job.last_reason}</bdi>
        </span>
      )}
    </td>
  );
}

/** When it is due, was last heard of, or ended. */
function Time({ job, state, elapsed }: { job: QueuedJob; state: JobState; elapsed: number }) {
  const t = useT();
  const format = useFormat();
  if (state === "running") {
    return t("monitoring.ago", { age: format.age((job.heartbeat_age_seconds ?? 0) + elapsed) });
  }
  return <RelativeTime at={state === "available" ? job.run_at : (job.finished_at ?? job.run_at)} />;
}
