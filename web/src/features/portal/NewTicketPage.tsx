import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { client, data } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { useSession } from "@/lib/session/session";
import { useUploads } from "@/lib/uploads/useUploads";
import { Button } from "@/ui/Button";
import { Field, TextArea } from "@/ui/Field";
import { FileDrop } from "@/ui/FileDrop";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import { UploadList } from "@/ui/UploadList";
import { BackLink } from "./BackLink";
import styles from "./NewTicketPage.module.css";
import { type NewTicketText, useNewTicketText } from "./newTicketText";
import { PriorityChoice } from "./PriorityChoice";

function createTicket({ key, ...text }: NewTicketText, file_ids: string[]) {
  const headers = { "Idempotency-Key": key };
  return data(client.POST("/api/v1/tickets", { body: { ...text, file_ids }, headers }));
}

export function NewTicketPage() {
  const t = useT();
  usePlace({ label: t("portal.new_ticket") });
  const { subject } = useSearch({ strict: false }) as { subject?: string };
  const { text, change, discard } = useNewTicketText(useSession().person.id, subject);
  const uploads = useUploads();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const send = useMutation({
    mutationFn: () => createTicket(text, uploads.fileIds),
    onSuccess(ticket) {
      discard();
      void queries.invalidateQueries({ queryKey: ["tickets"] });
      toast("done", t("portal.sent", { number: ticket.number }));
      void navigate({ to: paths.portal.ticket(ticket.number), replace: true });
    },
  });
  const atFields = send.error instanceof ProblemError && send.error.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    send.mutate();
  }

  return (
    <>
      <BackLink />
      <h1 className={styles.title}>{t("portal.new_ticket")}</h1>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={t("portal.subject")}
          hint={t("portal.subject_hint")}
          error={fieldError(t, send.error, "subject")}
          required
          maxLength={200}
          value={text.subject}
          onChange={(event) => change({ subject: event.target.value })}
        />
        <TextArea
          label={t("portal.description")}
          hint={t("portal.description_hint")}
          error={fieldError(t, send.error, "description")}
          required
          rows={8}
          maxLength={50_000}
          value={text.description}
          onChange={(event) => change({ description: event.target.value })}
        />
        <PriorityChoice value={text.priority} onChange={(priority) => change({ priority })} />
        <fieldset className={styles.files}>
          <legend>{t("portal.files")}</legend>
          <FileDrop uploads={uploads} />
          <UploadList uploads={uploads} />
        </fieldset>
        {send.isError && !atFields && <Notice tone="danger">{errorWords(t, send.error)}</Notice>}
        <div className={styles.end}>
          <Button type="submit" tone="primary" size="large" busy={send.isPending} disabled={uploads.busy}>
            {t("portal.send")}
          </Button>
          <p className={styles.note} role="status">
            {t(uploads.busy ? "files.wait" : "portal.kept")}
          </p>
          {(text.subject || text.description) && (
            <Button tone="quiet" onClick={discard}>
              {t("portal.discard")}
            </Button>
          )}
        </div>
      </form>
    </>
  );
}
