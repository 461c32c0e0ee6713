import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { historyQuery, messagesQuery, ticketQuery } from "./queries";
import { numberAt } from "./rows";

/** Passing over a row is not yet wanting it. */
const hesitationMs = 40;

export function prefetchTicket(queries: QueryClient, number: number) {
  void loadPage();
  void queries.prefetchQuery(ticketQuery(number));
  void queries.prefetchQuery(messagesQuery(number));
  void queries.prefetchQuery(historyQuery(number));
}

/** Fetches a ticket as soon as the pointer or the focus rests on its row: it is there when it is opened. */
export function usePrefetchRows() {
  const queries = useQueryClient();
  const intent = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = ({ target }: { target: EventTarget }) => {
      clearTimeout(timer);
      const number = numberAt(target);
      if (number !== null) timer = setTimeout(() => prefetchTicket(queries, number), hesitationMs);
    };
    const press = ({ target }: { target: EventTarget }) => {
      const number = numberAt(target);
      if (number !== null) prefetchTicket(queries, number);
    };
    const enter = (event: { key: string; target: EventTarget }) => {
      if (event.key === "Enter") press(event);
    };
    const stop = () => clearTimeout(timer);
    return {
      stop,
      handlers: {
        onPointerOver: rest,
        onFocusCapture: rest,
        onPointerDown: press,
        onKeyDownCapture: enter,
        onPointerLeave: stop,
      },
    };
  }, [queries]);
  useEffect(() => intent.stop, [intent]);
  return intent.handlers;
}

async function loadPage() {
  try {
    await import("./TicketPage");
  } catch {
    // Opening a ticket tries again, and says so where it fails.
  }
}

/** The code of the ticket page, when the list has come to rest. */
export function usePrefetchPage() {
  useEffect(() => {
    const timer = setTimeout(() => void loadPage(), 1500);
    return () => clearTimeout(timer);
  }, []);
}
