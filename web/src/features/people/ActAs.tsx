import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { actAs } from "@/lib/session/acting";
import { Button } from "@/ui/Button";
import { DialogActions } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import styles from "./PeoplePage.module.css";
import type { Person } from "./queries";

/** Nobody acts as an admin, as themselves, or as somebody who cannot sign in. */
export const canBeActedAs = (person: Person, myself: string) =>
  person.active && person.has_account && person.role !== "admin" && person.id !== myself;

export function ActAs({ person, onCancel }: { person: Person; onCancel: () => void }) {
  const t = useT();
  const [reason, setReason] = useState("");
  const start = useMutation({ mutationFn: () => actAs(person.id, person.role, reason) });
  const atField = start.error instanceof ProblemError && start.error.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    start.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <p>{t("impersonation.lead", { name: person.name })}</p>
      <TextArea
        label={t("impersonation.reason")}
        hint={t("impersonation.reason_hint", { name: person.name })}
        required
        autoFocus
        maxLength={500}
        error={fieldError(t, start.error, "reason")}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {start.isError && !atField && <Notice tone="danger">{errorWords(t, start.error)}</Notice>}
      <DialogActions>
        <Button onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" tone="primary" busy={start.isPending} disabled={reason.trim() === ""}>
          {t("impersonation.start")}
        </Button>
      </DialogActions>
    </form>
  );
}
