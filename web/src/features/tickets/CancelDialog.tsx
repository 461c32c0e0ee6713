import { type FormEvent, useState } from "react";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { useCancel } from "./act";
import styles from "./Dialogs.module.css";
import type { Ticket } from "./queries";

interface Props {
  ticket: Ticket;
  open: boolean;
  onClose: () => void;
}

export function CancelDialog({ ticket, open, onClose }: Props) {
  const t = useT();
  const [reason, setReason] = useState("");
  const cancel = useCancel(ticket.number);

  function submit(event: FormEvent) {
    event.preventDefault();
    cancel.mutate({ reason }, { onSuccess: onClose });
  }

  const atField = fieldError(t, cancel.error, "reason");
  return (
    <Dialog open={open} onClose={onClose} title={t("ticket.cancel_title", { number: String(ticket.number) })}>
      <form className={styles.form} onSubmit={submit}>
        {cancel.isError && !atField && <Notice tone="danger">{errorWords(t, cancel.error)}</Notice>}
        <TextArea
          label={t("ticket.cancel_reason")}
          hint={t("ticket.cancel_hint")}
          error={atField}
          autoFocus
          required
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("ticket.keep")}</Button>
          <Button type="submit" tone="danger" busy={cancel.isPending}>
            {t("tickets.cancel")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
