import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import styles from "./SaveBar.module.css";

interface Props {
  edit: { dirty: boolean; saving: boolean; revert: () => void };
  /** False while a field holds something that cannot be sent. */
  complete: boolean;
}

export function SaveBar({ edit, complete }: Props) {
  const t = useT();
  return (
    <div className={styles.bar}>
      {edit.dirty && (
        <>
          <span className={styles.state} role="status">
            {t("settings.unsaved")}
          </span>
          <Button tone="quiet" onClick={edit.revert}>
            {t("settings.revert")}
          </Button>
        </>
      )}
      <Button type="submit" tone="primary" busy={edit.saving} disabled={!edit.dirty || !complete}>
        {t("common.save")}
      </Button>
    </div>
  );
}
