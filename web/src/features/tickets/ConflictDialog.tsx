import type { Conflict } from "@/api/problem";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { fieldWords, valueWords } from "@/lib/tickets/changeWords";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import styles from "./Dialogs.module.css";
import type { Clash } from "./update";

interface Props {
  clash: Clash | null;
  onMine: () => void;
  onTheirs: () => void;
}

/** Somebody saved the same field first: both values, and a choice. */
export function ConflictDialog({ clash, onMine, onTheirs }: Props) {
  const t = useT();
  return (
    <Dialog open={clash !== null} onClose={onTheirs} title={t("ticket.conflict_title")}>
      <p className={styles.lead}>{t("ticket.conflict_lead")}</p>
      {clash?.conflicts.map((conflict) => (
        <BothValues key={conflict.field} conflict={conflict} />
      ))}
      <DialogActions>
        <Button onClick={onTheirs}>{t("ticket.conflict_keep_theirs")}</Button>
        <Button tone="primary" onClick={onMine}>
          {t("ticket.conflict_keep_mine")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function BothValues({ conflict }: { conflict: Conflict }) {
  const t = useT();
  const format = useFormat();
  const { field, yours, theirs, changed_by, changed_at } = conflict;
  const who = changed_by
    ? t("ticket.conflict_by", { name: changed_by, time: changed_at ? format.time(changed_at) : "" })
    : t("ticket.conflict_theirs");
  return (
    <div className={styles.values}>
      <div className={styles.value}>
        <p className={styles.whose}>{`${fieldWords(t, field)} · ${t("ticket.conflict_yours")}`}</p>
        <p className={styles.words} dir="auto">
          {valueWords(t, format, field, yours)}
        </p>
      </div>
      <div className={styles.value}>
        <p className={styles.whose}>{`${fieldWords(t, field)} · ${who}`}</p>
        <p className={styles.words} dir="auto">
          {valueWords(t, format, field, theirs)}
        </p>
      </div>
    </div>
  );
}
