import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import styles from "./SingleSignOnPage.module.css";
import { remove, singleSignOnQuery } from "./singleSignOn";

/** Cannot be undone: the secret is gone with it. */
export function RemoveSingleSignOn() {
  const t = useT();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: () => queries.invalidateQueries({ queryKey: singleSignOnQuery.queryKey }),
  });
  return (
    <section className={styles.apart}>
      <div className={styles.apartWords}>
        <p className={styles.hint}>{t("single_sign_on.remove_lead")}</p>
        <Button tone="danger" onClick={() => setOpen(true)}>
          {t("single_sign_on.remove")}
        </Button>
      </div>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("single_sign_on.remove")}>
        <p>{t("single_sign_on.remove_lead")}</p>
        {removal.isError && <Notice tone="danger">{errorWords(t, removal.error)}</Notice>}
        <DialogActions>
          <Button onClick={() => setOpen(false)}>{t("common.cancel")}</Button>
          <Button tone="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
            {t("single_sign_on.remove")}
          </Button>
        </DialogActions>
      </Dialog>
    </section>
  );
}
