import { useQuery } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { Composer } from "./Composer";
import styles from "./Conversation.module.css";
import { EventLine } from "./EventLine";
import { MessageItem } from "./MessageItem";
import { PresenceLine } from "./PresenceLine";
import { usePresence } from "./presence";
import { historyQuery, messagesQuery, type Ticket } from "./queries";
import { timelineOf } from "./timeline";
import { Undelivered } from "./Undelivered";

export function Conversation({ ticket }: { ticket: Ticket }) {
  const t = useT();
  const messages = useQuery(messagesQuery(ticket.number));
  const history = useQuery(historyQuery(ticket.number));
  const [writing, setWriting] = useState(false);
  const present = usePresence(ticket, writing);
  const entries = useMemo(
    () => timelineOf(messages.data ?? [], history.data ?? []),
    [messages.data, history.data],
  );
  const place = useScrollToEnd(entries.length, messages.isSuccess && !history.isPending);

  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled from the keyboard, it may hold nothing else to focus */}
      <section ref={place} className={styles.scroll} aria-label={t("ticket.conversation")} tabIndex={0}>
        {messages.error && !messages.data && (
          <ErrorState error={messages.error} retry={() => void messages.refetch()} />
        )}
        {messages.isPending && <SkeletonRows count={4} height={72} />}
        <ol className={styles.timeline}>
          {entries.map((entry) =>
            entry.type === "message" ? (
              <MessageItem key={entry.id} message={entry.message} number={ticket.number} />
            ) : (
              <EventLine key={entry.id} group={entry} />
            ),
          )}
        </ol>
      </section>
      {messages.data && <Undelivered messages={messages.data} />}
      <PresenceLine present={present} />
      <Composer key={ticket.id} ticket={ticket} onWriting={setWriting} />
    </>
  );
}

/** Opens at the newest message; later moves only for somebody who is reading at the end already. */
function useScrollToEnd(count: number, ready: boolean) {
  const place = useRef<HTMLElement>(null);
  const atEnd = useRef(true);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    function onScroll() {
      if (element) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    }
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new entry is the reason to move
  useLayoutEffect(() => {
    const element = place.current;
    if (ready && element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [count, ready]);
  return place;
}
