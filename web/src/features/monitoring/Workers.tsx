import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import styles from "./Monitoring.module.css";
import type { Monitoring } from "./queries";
import { Nothing, Section } from "./Section";
import { State } from "./State";

type Worker = Monitoring["workers"][number];

export function Workers({ workers, elapsed }: { workers: Worker[]; elapsed: number }) {
  const t = useT();
  return (
    <Section title={t("monitoring.workers")}>
      {workers.length === 0 ? (
        <Nothing>{t("monitoring.no_workers")}</Nothing>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("monitoring.worker")}</th>
              <th scope="col">{t("monitoring.state")}</th>
              <th scope="col">{t("monitoring.heartbeat")}</th>
              <th scope="col">{t("monitoring.host")}</th>
              <th scope="col">{t("monitoring.started")}</th>
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => (
              <Row key={worker.id} worker={worker} elapsed={elapsed} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Row({ worker, elapsed }: { worker: Worker; elapsed: number }) {
  const t = useT();
  const format = useFormat();
  const { kind, silent, failing } = worker;
  const age = format.age(worker.heartbeat_age_seconds + elapsed);
  return (
    <tr>
      <th scope="row">
        <bdi className={styles.code}>{kind}</bdi>
      </th>
      <td data-label={t("monitoring.state")}>
        {silent && <State tone="danger">{t("monitoring.silent")}</State>}
        {!silent && failing && <State tone="warning">{t("monitoring.failing")}</State>}
        {!silent && !failing && <State tone="good">{t("monitoring.works")}</State>}
      </td>
      <td data-label={t("monitoring.heartbeat")}>{t("monitoring.ago", { age })}</td>
      <td data-label={t("monitoring.host")}>
        <bdi>{`${worker.host}:${worker.pid}`}</bdi>{" "}
        <span className={styles.small}>{t("monitoring.version_short", { version: worker.version })}</span>
      </td>
      <td data-label={t("monitoring.started")}>
        <time dateTime={worker.started_at}>{format.exact(worker.started_at)}</time>
      </td>
    </tr>
  );
}
