import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./ClashPanel.module.css";
import type { Shape } from "./merge";
import type { Clash } from "./useVersionedForm";

interface Props<Form> {
  clash: Clash<Form> | null;
  form: Form;
  shape: Shape<Form>;
  /** What a value is called and how it is written for people. */
  label: (key: string) => string;
  words?: (key: string, value: string) => string;
  onTakeTheirs: (key: string) => void;
}

/** Two people saved: both values side by side, each with a choice. */
export function ClashPanel<Form>({ clash, form, shape, label, words, onTakeTheirs }: Props<Form>) {
  const t = useT();
  if (!clash) return null;
  const write = (key: string, value = "") => (words ? words(key, value) : value) || "–";
  const mine = shape.flatten(form);
  const theirs = shape.flatten(clash.theirs);
  return (
    <Notice tone="warning">
      <h2>{clash.by ? t("settings.conflict_by", { name: clash.by }) : t("settings.conflict")}</h2>
      <p>{t(clash.keys.length > 0 ? "settings.conflict_lead" : "settings.conflict_same")}</p>
      {clash.keys.length > 0 && (
        <dl className={styles.list}>
          {clash.keys.map((key) => (
            <div key={key} className={styles.row}>
              <dt>{label(key)}</dt>
              <dd>
                <span className={styles.side}>{t("settings.yours")}</span> <bdi>{write(key, mine[key])}</bdi>
              </dd>
              <dd>
                <Button size="small" onClick={() => onTakeTheirs(key)}>
                  {t("settings.take_theirs", { value: write(key, theirs[key]) })}
                </Button>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Notice>
  );
}
