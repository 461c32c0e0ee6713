import { useState } from "react";
import type { Schemas } from "@/api/client";
import { ceilingAbove } from "@/lib/ceiling";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { IconButton } from "@/ui/IconButton";
import { ChartIcon, TableIcon } from "@/ui/icons";
import styles from "./VolumeChart.module.css";

type Day = Schemas["Dashboard"]["volume"][number];

/** Two bars a day, drawn by hand; the same numbers as a table for those who would rather read. */
export function VolumeChart({ volume }: { volume: Day[] }) {
  const t = useT();
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={styles.section}>
      <header className={styles.head}>
        <h2>{t("dashboard.volume")}</h2>
        <p className={styles.legend}>
          <span data-series="created">{t("dashboard.created")}</span>
          <span data-series="resolved">{t("dashboard.resolved")}</span>
        </p>
        <IconButton
          label={t(asTable ? "dashboard.as_chart" : "dashboard.as_table")}
          icon={asTable ? <ChartIcon size={16} /> : <TableIcon size={16} />}
          onClick={() => setAsTable(!asTable)}
        />
      </header>
      {asTable ? <Table volume={volume} /> : <Chart volume={volume} />}
    </section>
  );
}

function sum(volume: Day[], series: "created" | "resolved") {
  return volume.reduce((total, day) => total + day[series], 0);
}

function ceilingOf(volume: Day[]): number {
  return ceilingAbove(Math.max(...volume.flatMap(({ created, resolved }) => [created, resolved])));
}

function Chart({ volume }: { volume: Day[] }) {
  const t = useT();
  const format = useFormat();
  const ceiling = ceilingOf(volume);
  const words = t("dashboard.volume_words", {
    created: sum(volume, "created"),
    resolved: sum(volume, "resolved"),
  });
  return (
    <figure className={styles.chart} role="img" aria-label={words}>
      <div className={styles.lines} aria-hidden="true">
        {[ceiling, ceiling / 2, 0].map((value) => (
          <span key={value}>{format.number(value)}</span>
        ))}
      </div>
      <div className={styles.days} aria-hidden="true">
        {volume.map((day, index) => (
          <div key={day.day} className={styles.day} title={dayWords(day)}>
            <svg className={styles.bars} viewBox="0 0 20 100" preserveAspectRatio="none">
              <Bar x={1} share={day.created / ceiling} series="created" />
              <Bar x={11} share={day.resolved / ceiling} series="resolved" />
            </svg>
            <span data-shown={index % 2 === (volume.length - 1) % 2 || undefined}>
              {format.calendarDay(day.day, "short")}
            </span>
          </div>
        ))}
      </div>
    </figure>
  );

  function dayWords(day: Day) {
    const created = `${t("dashboard.created")} ${format.number(day.created)}`;
    return `${format.calendarDay(day.day)}: ${created}, ${t("dashboard.resolved")} ${format.number(day.resolved)}`;
  }
}

function Bar({ x, share, series }: { x: number; share: number; series: "created" | "resolved" }) {
  return <rect x={x} y={100 - share * 100} width={8} height={share * 100} data-series={series} />;
}

function Table({ volume }: { volume: Day[] }) {
  const t = useT();
  const format = useFormat();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("dashboard.day")}</th>
          <th scope="col">{t("dashboard.created")}</th>
          <th scope="col">{t("dashboard.resolved")}</th>
        </tr>
      </thead>
      <tbody>
        {volume.map((day) => (
          <tr key={day.day}>
            <th scope="row">{format.calendarDay(day.day)}</th>
            <td>{format.number(day.created)}</td>
            <td>{format.number(day.resolved)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
