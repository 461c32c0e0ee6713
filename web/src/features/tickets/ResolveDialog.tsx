import { type FormEvent, useState } from "react";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { useResolve } from "./act";
import styles from "./Dialogs.module.css";
import type { Ticket } from "./queries";

interface Props {
  ticket: Ticket;
  open: boolean;
  onClose: () => void;
}

/** The text stays when the dialog is closed by accident: it belongs to the ticket that is open. */
export function ResolveDialog({ ticket, open, onClose }: Props) {
  const t = useT();
  const [resolution, setResolution] = useState("");
  const [rootCause, setRootCause] = useState("");
  const resolve = useResolve(ticket.number);

  function submit(event: FormEvent) {
    event.preventDefault();
    resolve.mutate({ resolution, root_cause: rootCause || null }, { onSuccess: onClose });
  }

  const atField = fieldError(t, resolve.error, "resolution");
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("ticket.resolve_title", { number: String(ticket.number) })}
    >
      <form className={styles.form} onSubmit={submit}>
        {resolve.isError && !atField && <Notice tone="danger">{errorWords(t, resolve.error)}</Notice>}
        <TextArea
          label={t("ticket.resolution")}
          hint={t("ticket.resolve_hint")}
          error={atField}
          autoFocus
          required
          rows={5}
          value={resolution}
          onChange={(event) => setResolution(event.target.value)}
        />
        <TextArea
          label={`${t("ticket.root_cause")} (${t("common.optional")})`}
          hint={t("ticket.root_cause_hint")}
          rows={3}
          value={rootCause}
          onChange={(event) => setRootCause(event.target.value)}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" busy={resolve.isPending}>
            {t("tickets.resolve")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
