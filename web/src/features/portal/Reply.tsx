import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef } from "react";
import { client, data, type Schemas } from "@/api/client";
import { useDraft } from "@/lib/drafts/useDraft";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { comboOf } from "@/lib/keyboard";
import { paths } from "@/lib/paths";
import { useUploads } from "@/lib/uploads/useUploads";
import { Button } from "@/ui/Button";
import { DraftConflict, DraftWords } from "@/ui/DraftWords";
import { TextArea } from "@/ui/Field";
import { AttachIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import { UploadList } from "@/ui/UploadList";
import styles from "./Reply.module.css";

/** The answer of the customer; on a closed ticket the same words open a linked one. */
export function Reply({ ticket }: { ticket: Schemas["Ticket"] }) {
  const t = useT();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const draft = useDraft(ticket.number, "reply");
  const uploads = useUploads();
  const picker = useRef<HTMLInputElement>(null);
  const opensFollowUp = !ticket.actions.includes("reply");

  const send = useMutation({
    mutationFn: () =>
      data(
        client.POST("/api/v1/tickets/{ticket}/messages", {
          params: { path: { ticket: String(ticket.number) } },
          body: { body: draft.body, file_ids: uploads.fileIds },
        }),
      ),
    async onSuccess(posted) {
      uploads.clear();
      await draft.keeper.clear();
      await queries.invalidateQueries({ queryKey: ["ticket", ticket.number] });
      void queries.invalidateQueries({ queryKey: ["tickets"] });
      if (!posted.follow_up) return;
      toast("done", t("portal.followed_up", { number: posted.ticket.number }));
      void navigate({ to: paths.portal.ticket(posted.ticket.number) });
    },
  });
  const ready = draft.body.trim() !== "" && !uploads.busy && draft.state !== "conflict";

  function submit(event?: FormEvent) {
    event?.preventDefault();
    if (ready && !send.isPending) send.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <TextArea
        label={t(opensFollowUp ? "portal.follow_up" : "portal.reply")}
        rows={5}
        value={draft.body}
        disabled={draft.state === "loading" || send.isPending}
        onChange={(event) => draft.keeper.write(event.target.value)}
        onPaste={(event) => event.clipboardData.files.length > 0 && uploads.add(event.clipboardData.files)}
        onKeyDown={(event) => comboOf(event.nativeEvent) === "mod+enter" && submit()}
      />
      <DraftConflict draft={draft} />
      <UploadList uploads={uploads} />
      {send.isError && <Notice tone="danger">{errorWords(t, send.error)}</Notice>}
      <div className={styles.end}>
        <Button type="submit" tone="primary" size="large" busy={send.isPending} disabled={!ready}>
          {t(opensFollowUp ? "portal.follow_up_send" : "portal.reply_send")}
        </Button>
        <Button size="large" icon={<AttachIcon size={16} />} onClick={() => picker.current?.click()}>
          {t("portal.attach")}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={t("portal.attach")}
          onChange={(event) => {
            uploads.add(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <DraftWords draft={draft} />
      </div>
    </form>
  );
}
