import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { type QueuedJob, useDiscard, useReplay } from "@/lib/operation/jobs";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import styles from "./Jobs.module.css";

interface Props {
  jobs: QueuedJob[];
  chosen: ReadonlySet<string>;
  /** All dead letters of one kind are on the page, or more of them. */
  kind: string | undefined;
  onChosen: (chosen: ReadonlySet<string>) => void;
}

/** What is done with the chosen dead letters, or with all of a kind. */
export function BulkBar({ jobs, chosen, kind, onChosen }: Props) {
  const t = useT();
  const replay = useReplay();
  const discard = useDiscard();
  const [asking, setAsking] = useState(false);
  const ids = jobs.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const some = ids.length > 0;
  const which = some ? { job_ids: ids } : { kind: kind ?? null };

  function act(how: typeof replay) {
    setAsking(false);
    how.mutate(which, { onSuccess: () => onChosen(new Set()) });
  }

  return (
    <div className={styles.bulk}>
      <label className={styles.all}>
        <input
          type="checkbox"
          checked={ids.length === jobs.length}
          ref={(box) => {
            if (box) box.indeterminate = some && ids.length < jobs.length;
          }}
          onChange={(event) => onChosen(new Set(event.target.checked ? jobs.map(({ id }) => id) : []))}
        />
        {t("jobs.choose_all")}
      </label>
      <span role="status" className={styles.count}>
        {some && t("jobs.chosen", { count: ids.length })}
      </span>
      {(some || kind) && (
        <>
          <Button size="small" busy={replay.isPending} onClick={() => act(replay)}>
            {t(some ? "jobs.replay" : "jobs.replay_kind")}
          </Button>
          <Button size="small" tone="quiet" busy={discard.isPending} onClick={() => setAsking(true)}>
            {t(some ? "jobs.discard" : "jobs.discard_kind")}
          </Button>
        </>
      )}
      <Dialog open={asking} onClose={() => setAsking(false)} title={t("jobs.discard_ask")}>
        <p>{t("jobs.discard_lead")}</p>
        <DialogActions>
          <Button onClick={() => setAsking(false)}>{t("common.cancel")}</Button>
          <Button tone="danger" onClick={() => act(discard)}>
            {t("jobs.discard")}
          </Button>
        </DialogActions>
      </Dialog>
    </div>
  );
}
