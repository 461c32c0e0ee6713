import { useT } from "@/lib/i18n/I18nProvider";
import { whyWords } from "@/lib/mail/reason";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./MailLog.module.css";
import { OutcomeChip } from "./OutcomeChip";
import type { LoggedMail } from "./queries";

interface Props {
  mails: LoggedMail[];
  onOpen: (id: string) => void;
}

export function MailLogTable({ mails, onOpen }: Props) {
  const t = useT();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("mail_log.mail")}</th>
          <th scope="col">{t("mail_log.outcome")}</th>
          <th scope="col">{t("mail_log.ticket")}</th>
          <th scope="col">{t("mail_log.received")}</th>
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <Row key={mail.id} mail={mail} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ mail, onOpen }: { mail: LoggedMail; onOpen: (id: string) => void }) {
  const t = useT();
  const { outcome, reason, ticket } = mail;
  return (
    <tr>
      <td className={styles.mail}>
        <button type="button" className={styles.subject} onClick={() => onOpen(mail.id)}>
          <bdi>{mail.subject || t("mail_log.no_subject")}</bdi>
        </button>
        <span className={styles.from}>
          <bdi>{mail.from || t("mail_log.no_sender")}</bdi>
          {mail.channel_name && (
            <>
              {` ${t("mail_log.arrow")} `}
              <bdi>{mail.channel_name}</bdi>
            </>
          )}
        </span>
      </td>
      <td>
        <OutcomeChip outcome={outcome} />
        {reason && outcome !== "accepted" && (
          <span className={styles.reason} dir="auto">
            {whyWords(t, reason)}
          </span>
        )}
      </td>
      <td>
        {ticket && (
          <Link to={paths.desk.ticket(ticket.number)} className={styles.ticket} title={ticket.subject}>
            <bdi>{t("tickets.number", { number: String(ticket.number) })}</bdi>
          </Link>
        )}
      </td>
      <td className={styles.when}>
        <RelativeTime at={mail.received_at} />
      </td>
    </tr>
  );
}
