import { useT } from "@/lib/i18n/I18nProvider";
import { type Priority, PriorityLabel } from "@/ui/PriorityGlyph";
import { formatDuration, parseDuration } from "./duration";
import { cellKey, type Metric, metrics, type PolicyForm, promised } from "./policyForm";
import styles from "./TargetTable.module.css";

interface Props {
  form: PolicyForm;
  onChange: (targets: Record<string, string>) => void;
  dayMinutes: number;
}

/** A promise a cell, typed as people say it. */
export function TargetTable({ form, onChange, dayMinutes }: Props) {
  const t = useT();
  const set = (key: string, text: string) => onChange({ ...form.targets, [key]: text });

  function cell(priority: Priority, metric: Metric) {
    const key = cellKey(priority, metric);
    const text = form.targets[key] ?? "";
    const minutes = parseDuration(text, dayMinutes);
    return (
      <td key={metric} data-label={t(`sla.${metric}`)}>
        <input
          className={styles.input}
          dir="ltr"
          aria-label={t("sla.cell", { metric: t(`sla.${metric}`), priority: t(`priority.${priority}`) })}
          aria-invalid={minutes === null || undefined}
          value={text}
          onChange={(event) => set(key, event.target.value)}
          onBlur={() => minutes !== null && set(key, formatDuration(minutes))}
        />
        {minutes === null && (
          <p className={styles.error} role="alert">
            {t("sla.not_a_duration")}
          </p>
        )}
      </td>
    );
  }

  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{t("sla.targets")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("sla.priority")}</th>
          {metrics.map((metric) => (
            <th key={metric} scope="col">
              {t(`sla.${metric}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {promised.map((priority) => (
          <tr key={priority}>
            <th scope="row">
              <PriorityLabel priority={priority} />
            </th>
            {metrics.map((metric) => cell(priority, metric))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
