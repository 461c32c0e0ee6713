import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { EnvelopeState } from "@/lib/mail/EnvelopeState";
import { paths } from "@/lib/paths";
import { useNow } from "@/lib/useNow";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import { mailKindWords } from "./mailKind";
import styles from "./Outbox.module.css";
import { type Envelope, type OutgoingMail, useConfirm, useSendAgain, useUndo } from "./queries";

export function OutboxItem({ mail, onOpen }: { mail: OutgoingMail; onOpen: () => void }) {
  const t = useT();
  const { ticket } = mail;
  return (
    <li className={styles.mail}>
      <div className={styles.head}>
        <button type="button" className={styles.subject} onClick={onOpen}>
          <bdi>{mail.subject || t("outbox.no_subject")}</bdi>
        </button>
        {mail.automatic && <Chip>{t("outbox.automatic")}</Chip>}
        <RelativeTime at={mail.created_at} className={styles.time} />
      </div>
      <p className={styles.facts}>
        <span>{mailKindWords(t, mail.kind)}</span>
        <bdi>{mail.from}</bdi>
        {ticket && (
          <Link to={paths.desk.ticket(ticket.number)} className={styles.ticket} title={ticket.subject}>
            <bdi>{t("tickets.number", { number: String(ticket.number) })}</bdi>
          </Link>
        )}
        {mail.undoable && <Undo id={mail.id} />}
      </p>
      <Envelopes envelopes={mail.envelopes} />
    </li>
  );
}

function Undo({ id }: { id: string }) {
  const t = useT();
  const undo = useUndo(id);
  return (
    <Button size="small" busy={undo.isPending} onClick={() => undo.mutate()}>
      {t("outbox.undo")}
    </Button>
  );
}

export function Envelopes({ envelopes }: { envelopes: Envelope[] }) {
  const t = useT();
  return (
    <ul className={styles.envelopes} aria-label={t("outbox.recipients")}>
      {envelopes.map((envelope) => (
        <EnvelopeLine key={envelope.id} envelope={envelope} />
      ))}
    </ul>
  );
}

const repeatable: Envelope["state"][] = ["failed", "bounced", "uncertain", "deferred"];

function EnvelopeLine({ envelope }: { envelope: Envelope }) {
  const t = useT();
  const format = useFormat();
  const now = useNow();
  const { recipient, kind, state, server_reply, last_error, next_attempt_at, attempts } = envelope;
  const again = useSendAgain(envelope.id);
  const said = state === "accepted" ? server_reply : (last_error ?? server_reply);
  return (
    <li className={styles.envelope}>
      <EnvelopeState state={state} />
      <span className={styles.recipient}>
        {kind !== "to" && <span className={styles.kind}>{t(`outbox.${kind}`)}</span>}
        <bdi>{recipient}</bdi>
      </span>
      {repeatable.includes(state) && !(state === "uncertain" && next_attempt_at) && (
        <Button
          size="small"
          busy={again.isPending}
          aria-label={t("outbox.send_again_to", { recipient })}
          onClick={() => again.mutate()}
        >
          {t("outbox.send_again")}
        </Button>
      )}
      {state === "uncertain" && !next_attempt_at && <Confirm envelope={envelope} />}
      <span className={styles.said}>
        {said && <bdi dir="auto">{said}</bdi>}
        {next_attempt_at && state === "deferred" && (
          <span title={format.exact(next_attempt_at)}>
            {t("outbox.next_attempt", { time: format.relative(next_attempt_at, now), count: attempts })}
          </span>
        )}
      </span>
    </li>
  );
}

function Confirm({ envelope }: { envelope: Envelope }) {
  const t = useT();
  const confirm = useConfirm(envelope.id);
  return (
    <Button
      size="small"
      busy={confirm.isPending}
      aria-label={t("outbox.confirm_for", { recipient: envelope.recipient })}
      onClick={() => confirm.mutate()}
    >
      {t("outbox.confirm")}
    </Button>
  );
}
