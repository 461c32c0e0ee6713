import { useT } from "@/lib/i18n/I18nProvider";
import { type Priority, PriorityGlyph, priorities } from "@/ui/PriorityGlyph";
import styles from "./PriorityChoice.module.css";

interface Props {
  value: Priority;
  onChange: (priority: Priority) => void;
}

/** Asks for what the customer knows, how much it stops them, and not for a level of ours. */
export function PriorityChoice({ value, onChange }: Props) {
  const t = useT();
  return (
    <fieldset>
      <legend className={styles.legend}>{t("portal.priority")}</legend>
      <div className={styles.choices}>
        {priorities.map((priority) => (
          <label key={priority} className={styles.choice}>
            <input
              type="radio"
              name="priority"
              value={priority}
              checked={priority === value}
              onChange={() => onChange(priority)}
            />
            <PriorityGlyph priority={priority} decorative />
            {t(`portal.priority_${priority}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
