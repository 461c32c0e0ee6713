import { useState } from "react";
import { ceilingAbove } from "@/lib/ceiling";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { IconButton } from "@/ui/IconButton";
import { ChartIcon, TableIcon } from "@/ui/icons";
import styles from "./HoursChart.module.css";
import type { Monitoring } from "./queries";

type Hour = Monitoring["hours"][number];
type Queue = "jobs" | "mail";

interface Props {
  title: string;
  hours: Hour[];
  queue: Queue;
}

/** What ended in each hour of a day, drawn by hand; the same numbers as a table for those who would rather read. */
export function HoursChart({ title, hours, queue }: Props) {
  const t = useT();
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={styles.section}>
      <header className={styles.head}>
        <h2>{title}</h2>
        <p className={styles.legend}>
          <span data-series="completed">{t("monitoring.completed")}</span>
          <span data-series="failed">{t("monitoring.failed")}</span>
        </p>
        <IconButton
          label={t(asTable ? "dashboard.as_chart" : "dashboard.as_table")}
          icon={asTable ? <ChartIcon size={16} /> : <TableIcon size={16} />}
          onClick={() => setAsTable(!asTable)}
        />
      </header>
      {asTable ? <Table hours={hours} queue={queue} /> : <Chart title={title} hours={hours} queue={queue} />}
    </section>
  );
}

const sum = (hours: Hour[], queue: Queue, what: "completed" | "failed") =>
  hours.reduce((total, hour) => total + hour[queue][what], 0);

function Chart({ title, hours, queue }: Props) {
  const t = useT();
  const format = useFormat();
  const ceiling = ceilingAbove(Math.max(...hours.map((hour) => hour[queue].completed + hour[queue].failed)));
  const words = t("monitoring.hours_words", {
    title,
    completed: format.number(sum(hours, queue, "completed")),
    failed: format.number(sum(hours, queue, "failed")),
  });
  return (
    <figure className={styles.chart} role="img" aria-label={words}>
      <div className={styles.lines} aria-hidden="true">
        {[ceiling, ceiling / 2, 0].map((value) => (
          <span key={value}>{format.number(value)}</span>
        ))}
      </div>
      <div className={styles.hours} aria-hidden="true">
        {hours.map((hour, index) => (
          <div key={hour.at} className={styles.hour} title={hourWords(hour)}>
            <Bar completed={hour[queue].completed / ceiling} failed={hour[queue].failed / ceiling} />
            <span data-shown={(hours.length - 1 - index) % 6 === 0 || undefined}>{format.time(hour.at)}</span>
          </div>
        ))}
      </div>
    </figure>
  );

  function hourWords(hour: Hour) {
    const { completed, failed } = hour[queue];
    const done = `${t("monitoring.completed")} ${format.number(completed)}`;
    return `${format.exact(hour.at)}: ${done}, ${t("monitoring.failed")} ${format.number(failed)}`;
  }
}

/** Failures stand on the ground, where the eye finds them; one alone among thousands is still seen. */
function Bar({ completed, failed }: { completed: number; failed: number }) {
  const red = failed > 0 ? Math.max(3, failed * 100) : 0;
  const rest = Math.min(100 - red, completed > 0 ? Math.max(1, completed * 100) : 0);
  return (
    <svg className={styles.bars} viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
      <rect x={0} y={100 - red - rest} width={10} height={rest} data-series="completed" />
      <rect x={0} y={100 - red} width={10} height={red} data-series="failed" />
    </svg>
  );
}

function Table({ hours, queue }: Omit<Props, "title">) {
  const t = useT();
  const format = useFormat();
  return (
    <div className={styles.scroll} tabIndex={-1}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("monitoring.hour")}</th>
            <th scope="col">{t("monitoring.completed")}</th>
            <th scope="col">{t("monitoring.failed")}</th>
          </tr>
        </thead>
        <tbody>
          {[...hours].reverse().map((hour) => (
            <tr key={hour.at}>
              <th scope="row">{format.exact(hour.at)}</th>
              <td>{format.number(hour[queue].completed)}</td>
              <td>{format.number(hour[queue].failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
