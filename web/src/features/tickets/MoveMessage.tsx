import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import styles from "./Mail.module.css";
import { useMove } from "./mailActs";
import type { Message } from "./queries";

interface Props {
  message: Message;
  number: number;
  onClose: () => void;
}

type Where = "other" | "new";
const wheres: Where[] = ["other", "new"];

/** To another ticket by its number, or to one of its own. Later mails that answer it follow. */
export function MoveMessage({ message, number, onClose }: Props) {
  const t = useT();
  const navigate = useNavigate();
  const [where, setWhere] = useState<Where>("other");
  const [text, setText] = useState("");
  const move = useMove(number, message.id);
  const chosen = text.trim().replace(/^#/, "");
  const missing = move.error instanceof ProblemError && move.error.status === 404;
  const atField = missing ? t("mail.move_missing") : fieldError(t, move.error, "ticket_number");

  function submit(event: FormEvent) {
    event.preventDefault();
    move.mutate(where === "new" ? null : Number(chosen), {
      onSuccess({ ticket }) {
        const open = () => void navigate({ to: paths.desk.ticket(ticket.number) });
        toast("done", t("mail.moved", { number: String(ticket.number) }), {
          label: t("mail.open_ticket"),
          run: open,
        });
        onClose();
      },
    });
  }

  return (
    <Dialog open onClose={onClose} title={t("mail.move_title")}>
      <form className={styles.form} onSubmit={submit}>
        <p className={styles.lead}>{t("mail.move_lead")}</p>
        <fieldset className={styles.wheres}>
          <legend className="visually-hidden">{t("mail.move_where")}</legend>
          {wheres.map((option) => (
            <label key={option} className={styles.where}>
              <input type="radio" name="where" checked={where === option} onChange={() => setWhere(option)} />
              {t(`mail.move_${option}`)}
            </label>
          ))}
        </fieldset>
        {where === "other" && (
          <Field
            label={t("mail.move_number")}
            dir="ltr"
            inputMode="numeric"
            pattern="#?[0-9]+"
            required
            autoComplete="off"
            error={atField}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        {move.isError && !(atField && where === "other") && (
          <Notice tone="danger">{errorWords(t, move.error)}</Notice>
        )}
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" busy={move.isPending}>
            {t("mail.move_confirm")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
