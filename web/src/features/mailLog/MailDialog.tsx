import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { errorWords } from "@/lib/errorWords";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { whyWords } from "@/lib/mail/reason";
import { mailRawUrl, paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { DownloadLink } from "@/ui/DownloadLink";
import { ErrorState } from "@/ui/ErrorState";
import { RetryIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { Notice } from "@/ui/Notice";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import styles from "./MailLog.module.css";
import { OutcomeChip } from "./OutcomeChip";
import { type LoggedMailDetail, mailQuery, processAgain } from "./queries";

interface Props {
  id: string;
  /** Another mail of the log: the first of two that are the same. */
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** One mail: where it came from, what became of it and why, the mail itself, and another try. */
export function MailDialog({ id, onOpen, onClose }: Props) {
  const t = useT();
  const mail = useQuery(mailQuery(id));
  return (
    <Dialog open onClose={onClose} size="large" title={mail.data?.subject || t("mail_log.mail")}>
      {mail.isError && <ErrorState error={mail.error} retry={() => void mail.refetch()} />}
      {mail.isPending && <SkeletonRows count={5} height={32} />}
      {mail.data && <Details mail={mail.data} onOpen={onOpen} />}
    </Dialog>
  );
}

function Details({ mail, onOpen }: { mail: LoggedMailDetail; onOpen: (id: string) => void }) {
  const t = useT();
  const format = useFormat();
  const { original_id: original, ticket } = mail;
  return (
    <>
      <p className={styles.became}>
        <OutcomeChip outcome={mail.outcome} />
        {mail.reason && <span dir="auto">{whyWords(t, mail.reason)}</span>}
      </p>
      {mail.last_error && mail.outcome === "failed" && (
        <Notice tone="danger">
          <p dir="auto">{mail.last_error}</p>
        </Notice>
      )}
      <dl className={styles.facts}>
        <Fact name={t("mail_log.from")}>{mail.from}</Fact>
        <Fact name={t("mail_log.received")}>{format.exact(mail.received_at)}</Fact>
        <Fact name={t("mail_log.channel")}>{mail.channel_name}</Fact>
        {ticket && (
          <Fact name={t("mail_log.ticket")}>
            <Link to={paths.desk.ticket(ticket.number)} className={styles.link}>
              {t("mail_log.ticket_words", { number: String(ticket.number), subject: ticket.subject })}
            </Link>
          </Fact>
        )}
        {original && (
          <Fact name={t("mail_log.original")}>
            <button type="button" className={styles.link} onClick={() => onOpen(original)}>
              {t("mail_log.open_original")}
            </button>
          </Fact>
        )}
        <Fact name={t("mail_log.envelope_from")}>{mail.envelope_from}</Fact>
        <Fact name={t("mail_log.envelope_to")}>{mail.envelope_to.join(", ")}</Fact>
        <Fact name={t("mail_log.folder")}>
          {mail.folder && t("mail_log.folder_words", { folder: mail.folder, uid: String(mail.uid ?? "–") })}
        </Fact>
        <Fact name={t("mail_log.size")}>{format.bytes(mail.bytes)}</Fact>
        <Fact name={t("mail_log.attempts")}>{format.number(mail.attempts)}</Fact>
        <Fact name={t("mail_log.sha256")}>
          <code>{mail.sha256}</code>
        </Fact>
      </dl>
      <DialogActions>
        <ProcessAgain mail={mail} />
        <DownloadLink href={mailRawUrl(mail.id)}>{t("mail_log.raw")}</DownloadLink>
      </DialogActions>
    </>
  );
}

/** Once more through what reads mails: after a rule was mended, or the reason has gone. */
function ProcessAgain({ mail }: { mail: LoggedMailDetail }) {
  const t = useT();
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () => processAgain(mail.id),
    onSuccess: () => toast("done", t("mail_log.processing")),
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["mail-log"] }),
  });
  if (mail.outcome === "accepted" || mail.outcome === "duplicate") return null;
  return (
    <Button icon={<RetryIcon size={16} />} busy={again.isPending} onClick={() => again.mutate()}>
      {t("mail_log.process_again")}
    </Button>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}
