import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { RelativeTime } from "@/ui/RelativeTime";
import { SkeletonRows } from "@/ui/Skeleton";
import { BackLink } from "./BackLink";
import { Letters } from "./Letters";
import { LinkedTickets } from "./LinkedTickets";
import { messagesQuery, ticketQuery } from "./queries";
import { Rating } from "./Rating";
import { Reply } from "./Reply";
import { StatePanel } from "./StatePanel";
import styles from "./TicketPage.module.css";
import { Withdraw } from "./Withdraw";

export function TicketPage() {
  const { number: text } = useParams({ strict: false }) as { number: string };
  // Another ticket is another page: nothing half-typed may travel from one to the next.
  return <TicketByNumber key={text} number={Number(text)} />;
}

function TicketByNumber({ number }: { number: number }) {
  const t = useT();
  const { data: ticket, error, refetch } = useQuery(ticketQuery(number));
  usePlace({ label: `#${number} ${ticket?.subject ?? ""}`.trim() });
  const { data: messages } = useQuery(messagesQuery(number));
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!ticket || !messages) return <SkeletonRows count={4} height={96} />;
  const mayWrite = ticket.actions.includes("reply") || ticket.actions.includes("follow_up");
  return (
    <article>
      <BackLink />
      <header className={styles.header}>
        <h1 className={styles.subject}>
          <bdi>{ticket.subject}</bdi>
        </h1>
        <p className={styles.facts}>
          <span>{`#${ticket.number}`}</span>
          <RelativeTime at={ticket.created_at} />
        </p>
      </header>
      <StatePanel ticket={ticket} />
      <LinkedTickets links={ticket.links} />
      <Letters messages={messages} label={t("portal.conversation")} />
      {ticket.resolution && (
        <section className={styles.solution}>
          <h2>{t("portal.solution")}</h2>
          <p dir="auto">{ticket.resolution}</p>
        </section>
      )}
      <Rating ticket={ticket} />
      {mayWrite && <Reply ticket={ticket} />}
      {ticket.actions.includes("cancel") && (
        <div className={styles.withdraw}>
          <Withdraw number={ticket.number} />
        </div>
      )}
    </article>
  );
}
