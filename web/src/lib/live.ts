import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import type { Schemas } from "@/api/client";

type LiveChange = Schemas["LiveChange"];
export interface PresenceNews {
  ticket_id: string;
  people: Schemas["Presence"][];
}

const address = "/api/v1/live";
let connected = true;
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
  void queries.invalidateQueries({ queryKey: ["tickets"] });
  void queries.invalidateQueries({ queryKey: ["counters"] });
  void queries.invalidateQueries({ queryKey: ["dashboard"] });
  if (change.ticket_number != null) {
    void queries.invalidateQueries({ queryKey: ["ticket", change.ticket_number] });
  }
  if (change.ticket_number != null) tell(change.ticket_number);
}

/** Says that a ticket was changed, or with null that anything may have been. */
export function tell(number: number | null) {
  for (const listener of listeners) listener(number);
}

function resync(queries: QueryClient) {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "rows" });
  tell(null);
}

function read<T>(event: Event): T {
  return JSON.parse((event as MessageEvent<string>).data) as T;
}

/** Opens the tab's one stream. EventSource reconnects by itself and resumes by Last-Event-ID. */
export function connect(queries: QueryClient): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open() {
    source = new EventSource(address);
    source.onopen = () => setConnected(true);
    source.onerror = () => {
      setConnected(false);
      // A refused connection (503, 401) is closed for good by the browser: we try again ourselves.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, 3000);
    };
    source.addEventListener("change", (event) => applyChange(queries, read<LiveChange>(event)));
    source.addEventListener("notification", () => {
      void queries.invalidateQueries({ queryKey: ["notifications"] });
      void queries.invalidateQueries({ queryKey: ["counters"] });
    });
    source.addEventListener("presence", (event) => {
      const news = read<PresenceNews>(event);
      queries.setQueryData(["presence", news.ticket_id], news.people);
    });
    source.addEventListener("resync", () => resync(queries));
  }

  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}

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
