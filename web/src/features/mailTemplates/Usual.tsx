import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import { dropTemplate, type Template, templatesQuery } from "./queries";

/** Back to the usual words: the own ones are gone, so it asks. */
export function Usual({ template }: { template: Template }) {
  const t = useT();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const drop = useMutation({
    mutationFn: () => dropTemplate(template),
    async onSuccess() {
      setOpen(false);
      await queries.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
      toast("done", t("mail_templates.dropped"));
    },
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("mail_templates.drop")}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("mail_templates.drop_title")}>
        <p>{t("mail_templates.drop_lead")}</p>
        {drop.isError && <Notice tone="danger">{errorWords(t, drop.error)}</Notice>}
        <DialogActions>
          <Button onClick={() => setOpen(false)}>{t("common.cancel")}</Button>
          <Button tone="danger" busy={drop.isPending} onClick={() => drop.mutate()}>
            {t("mail_templates.drop")}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
