import { type QueryClient, type QueryFilters, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import type { Schemas } from "@/api/client";
import { sessionQuery } from "./session/session";

type LiveChange = Schemas["LiveChange"];
export interface PresenceNews {
  ticket_id: string;
  people: Schemas["Presence"][];
}

const address = "/api/v1/live";
/** A stream that was refused is asked for again after so long. */
const againMs = 3000;
let connected = true;
/** The id of what this tab heard last: whichever stream comes next goes on from there. */
let heard: string | undefined;
const watchers = new Set<() => void>();
type Listener = (number: number | null) => void;
const listeners = new Set<Listener>();

function setConnected(value: boolean) {
  if (connected === value) return;
  connected = value;
  for (const watcher of watchers) watcher();
}

/**
 * Query keys begin with a noun; a ticket's own data is ["ticket", number, …].
 * Everything that a change can touch is refetched, and only if some page looks at it. Long lists, ["rows", …], are not
 * read again for every change: they listen, and ask about the ticket that it names.
 */
export function applyChange(queries: QueryClient, change: LiveChange) {
  askAgain(queries, { queryKey: ["tickets"] });
  askAgain(queries, { queryKey: ["counters"] });
  askAgain(queries, { queryKey: ["dashboard"] });
  if (change.ticket_number == null) return;
  askAgain(queries, { queryKey: ["ticket", change.ticket_number] });
  tell(change.ticket_number);
}

/**
 * A question that was asked before the change may be answered without it. One that was answered before is asked anew by
 * the library; a first one goes on, and has to be asked again when it is through.
 */
function askAgain(queries: QueryClient, filters: QueryFilters) {
  const first = queries
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: "fetching" })
    .filter(({ state }) => state.data === undefined);
  for (const { queryKey, promise } of first) {
    const again = () => void queries.invalidateQueries({ queryKey, exact: true });
    void promise?.then(again, () => undefined);
  }
  void queries.invalidateQueries(filters);
}

/** Says that a ticket was changed, or with null that anything may have been. */
export function tell(number: number | null) {
  for (const listener of listeners) listener(number);
}

function resync(queries: QueryClient) {
  askAgain(queries, { predicate: ({ queryKey }) => queryKey[0] !== "rows" });
  tell(null);
}

/**
 * Opens the tab's one stream, which tells what was changed since the session was read: nothing is missed while the page
 * loads. EventSource reconnects by itself and resumes by Last-Event-ID. A refused one (503, 401) the browser gives up: a
 * new one goes on by the address.
 */
export function connect(queries: QueryClient): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open() {
    source = new EventSource(addressFrom(heard ?? queries.getQueryData(sessionQuery.queryKey)?.live_since));
    source.onopen = () => setConnected(true);
    source.onerror = () => {
      setConnected(false);
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, againMs);
    };
    // Two come by this name: the browser's own, and the server's, which says where the stream begins.
    source.addEventListener("open", (event) => remember(event as MessageEvent<string>));
    on<LiveChange>("change", (change) => applyChange(queries, change));
    on<unknown>("notification", () => {
      askAgain(queries, { queryKey: ["notifications"] });
      askAgain(queries, { queryKey: ["counters"] });
    });
    on<PresenceNews>("presence", ({ ticket_id, people }) => {
      queries.setQueryData(["presence", ticket_id], people);
    });
    on<unknown>("resync", () => resync(queries));
  }

  function on<T>(kind: string, act: (news: T) => void) {
    source.addEventListener(kind, (event: MessageEvent<string>) => {
      remember(event);
      act(JSON.parse(event.data) as T);
    });
  }

  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}

function remember({ lastEventId }: MessageEvent<string>) {
  heard = lastEventId || heard;
}

const addressFrom = (since: string | number | undefined) =>
  since === undefined ? address : `${address}?since=${since}`;

/** Mounted once by the portal's and the desk's frame. */
export function useLive() {
  const queries = useQueryClient();
  useEffect(() => connect(queries), [queries]);
}

export function useConnected(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connected,
  );
}

/** For lists that announce arrivals instead of jumping. */
export function useArrivals(onChange: Listener) {
  useEffect(() => {
    listeners.add(onChange);
    return () => {
      listeners.delete(onChange);
    };
  }, [onChange]);
}
