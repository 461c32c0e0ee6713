import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";

/** A ticket that solved itself can be taken back, with a word of why. */
export function Withdraw({ number }: { number: number }) {
  const t = useT();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const cancel = useMutation({
    mutationFn: () =>
      data(
        client.POST("/api/v1/tickets/{ticket}/cancel", {
          params: { path: { ticket: String(number) } },
          body: { reason },
        }),
      ),
    onSuccess(ticket) {
      queries.setQueryData(["ticket", number], ticket);
      void queries.invalidateQueries({ queryKey: ["tickets"] });
      setOpen(false);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    cancel.mutate();
  }

  return (
    <>
      <Button tone="quiet" onClick={() => setOpen(true)}>
        {t("portal.withdraw")}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("portal.withdraw")}>
        <form onSubmit={submit}>
          <TextArea
            label={t("portal.withdraw_why")}
            required
            autoFocus
            rows={3}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {cancel.isError && <Notice tone="danger">{errorWords(t, cancel.error)}</Notice>}
          <DialogActions>
            <Button onClick={() => setOpen(false)}>{t("common.cancel")}</Button>
            <Button type="submit" tone="primary" busy={cancel.isPending} disabled={reason.trim() === ""}>
              {t("portal.withdraw")}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
