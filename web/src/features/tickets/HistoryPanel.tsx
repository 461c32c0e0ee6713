import { useQuery } from "@tanstack/react-query";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { fieldWords, valueWords } from "@/lib/tickets/changeWords";
import { doerWords } from "@/lib/tickets/doer";
import { Avatar } from "@/ui/Avatar";
import { Emblem } from "@/ui/Emblem";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { eventWords } from "./eventWords";
import styles from "./HistoryPanel.module.css";
import { historyQuery, type TicketEvent } from "./queries";

/** The whole record: every step, newest first, with who, when exactly, from where, and what changed. */
export function HistoryPanel({ number }: { number: number }) {
  const t = useT();
  const { data: events, error, refetch } = useQuery(historyQuery(number));
  if (error && !events) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!events) return <SkeletonRows />;
  return (
    <div className={styles.panel}>
      <p className={styles.lead}>{t("ticket.history_lead")}</p>
      <ol>
        {events.toReversed().map((event) => (
          <HistoryItem key={event.id} event={event} />
        ))}
      </ol>
    </div>
  );
}

function HistoryItem({ event }: { event: TicketEvent }) {
  const t = useT();
  const format = useFormat();
  const { actor, changes } = event;
  return (
    <li className={styles.item}>
      {actor ? <Avatar person={actor} size={24} /> : <Emblem size={24} />}
      <div className={styles.what}>
        <p>{t("event.line", { actor: doerWords(t, event), what: eventWords(t, format, event) })}</p>
        {changes.map(({ field, old, new: next }) => (
          <p key={field} className={styles.change} dir="auto">
            {t("ticket.old_new", {
              field: fieldWords(t, field),
              old: valueWords(t, format, field, old),
              new: valueWords(t, format, field, next),
            })}
          </p>
        ))}
      </div>
      <p className={styles.when}>
        <time dateTime={event.at}>{format.exact(event.at)}</time>
        {event.ip && <bdi>{t("ticket.address", { ip: event.ip })}</bdi>}
      </p>
    </li>
  );
}
