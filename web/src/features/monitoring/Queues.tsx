import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import styles from "./Monitoring.module.css";
import type { Monitoring } from "./queries";
import { Section } from "./Section";

type Queue = Monitoring["queues"][number];

interface Props {
  queues: Queue[];
  inPart: boolean;
  elapsed: number;
}

export function Queues({ queues, inPart, elapsed }: Props) {
  const t = useT();
  return (
    <Section title={t("monitoring.queues")}>
      <table className={styles.table} data-numbers>
        <thead>
          <tr>
            <th scope="col">{t("monitoring.queue")}</th>
            <th scope="col">{t("monitoring.waiting")}</th>
            <th scope="col">{t("monitoring.oldest")}</th>
            <th scope="col">{t("monitoring.later")}</th>
            <th scope="col">{t("monitoring.running")}</th>
            <th scope="col">{t("monitoring.dead")}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <Row key={queue.name} queue={queue} elapsed={elapsed} />
          ))}
        </tbody>
      </table>
      {inPart && <p className={styles.nothing}>{t("monitoring.in_part")}</p>}
    </Section>
  );
}

function Row({ queue, elapsed }: { queue: Queue; elapsed: number }) {
  const t = useT();
  const format = useFormat();
  const { name, waiting, later, running, dead, oldest_seconds: oldest } = queue;
  const of = name === "outgoing_mail" ? undefined : name;
  return (
    <tr>
      <th scope="row">{t(`monitoring.queue_${name}`)}</th>
      <Cell label={t("monitoring.waiting")} count={waiting} queue={of} state="available" />
      <td data-label={t("monitoring.oldest")}>{oldest == null ? "–" : format.age(oldest + elapsed)}</td>
      <td data-label={t("monitoring.later")}>{format.number(later)}</td>
      <Cell label={t("monitoring.running")} count={running} queue={of} state="running" />
      <Cell label={t("monitoring.dead")} count={dead} queue={of} state="dead" alarming />
    </tr>
  );
}

interface CellProps {
  label: string;
  count: number | null | undefined;
  queue: string | undefined;
  state: string;
  alarming?: boolean;
}

/** A number that leads to the jobs that it counts. */
function Cell({ label, count, queue, state, alarming }: CellProps) {
  const t = useT();
  const format = useFormat();
  const words = count == null ? "–" : format.number(count);
  const linked = queue !== undefined && count != null && count > 0;
  return (
    <td data-label={label} data-alarming={(alarming && linked) || undefined}>
      {linked ? (
        <Link
          to={paths.desk.jobs()}
          search={{ state, queue }}
          className={styles.link}
          aria-label={t("monitoring.show_jobs", { what: label, count: count })}
        >
          {words}
        </Link>
      ) : (
        words
      )}
    </td>
  );
}
