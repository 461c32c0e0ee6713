import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Monitoring.module.css";
import type { Monitoring } from "./queries";
import { Nothing, Section } from "./Section";

type RecentError = Monitoring["errors"][number];

/** What went wrong within a day, by kind and place; the words are in the log. */
export function Errors({ errors }: { errors: RecentError[] }) {
  const t = useT();
  return (
    <Section title={t("monitoring.errors")}>
      <p className={styles.lead}>{t("monitoring.errors_lead")}</p>
      {errors.length === 0 ? (
        <Nothing>{t("monitoring.no_errors")}</Nothing>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("monitoring.error")}</th>
              <th scope="col">{t("monitoring.source")}</th>
              <th scope="col">{t("monitoring.times")}</th>
              <th scope="col">{t("monitoring.last_time")}</th>
            </tr>
          </thead>
          <tbody>
            {errors.map((error, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two channels may be in one state
              <Row key={index} error={error} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Row({ error }: { error: RecentError }) {
  const t = useT();
  const format = useFormat();
  return (
    <tr>
      <th scope="row">
        <bdi className={styles.code}>{error.code}</bdi>
        {error.organization && <bdi className={styles.small}> {error.organization}</bdi>}
      </th>
      <td data-label={t("monitoring.source")}>{t(`monitoring.source_${error.source}`)}</td>
      <td data-label={t("monitoring.times")}>{error.times == null ? "–" : format.number(error.times)}</td>
      <td data-label={t("monitoring.last_time")}>
        <RelativeTime at={error.last_at} />
      </td>
    </tr>
  );
}
