import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Monitoring.module.css";
import { Nothing, Section } from "./Section";
import { State } from "./State";

/** The newest proof that organizations are kept apart. */
export function Isolation({ isolation }: { isolation: Schemas["MonitoredIsolation"] | null | undefined }) {
  const t = useT();
  const format = useFormat();
  if (!isolation) {
    return (
      <Section title={t("monitoring.isolation")}>
        <Nothing>{t("monitoring.not_proved")}</Nothing>
      </Section>
    );
  }
  const { status, checked_at, tables_verified, tables_total, violations } = isolation;
  return (
    <Section title={t("monitoring.isolation")}>
      <dl className={styles.facts_list}>
        <dt>{t("monitoring.state")}</dt>
        <dd>
          {status === "pass" ? (
            <State tone="good">{t("monitoring.holds")}</State>
          ) : (
            <State tone="danger">{t("monitoring.broken")}</State>
          )}
        </dd>
        <dt>{t("monitoring.checked")}</dt>
        <dd>
          <RelativeTime at={checked_at} />
        </dd>
        <dt>{t("monitoring.tables")}</dt>
        <dd>
          {t("monitoring.tables_of", {
            verified: format.number(tables_verified),
            total: format.number(tables_total),
          })}
        </dd>
      </dl>
      {violations.length > 0 && (
        <ul className={styles.violations}>
          {violations.map((violation) => (
            <li key={violation} dir="ltr">
              {violation}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
