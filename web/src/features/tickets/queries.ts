import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { type Filters, queryOf, type View } from "./filters";
import type { Sort } from "./rowCache";

export type Ticket = Schemas["Ticket"];
export type Message = Schemas["Message"];
export type TicketEvent = Schemas["Event"];
export type PersonSummary = Schemas["PersonSummary"];

/** The first page is short so that it comes soon; the others are for somebody who scrolls. */
const firstPageSize = 50;
const pageSize = 100;

/** The inbox is a narrowed list like the others; who may not accept is refused it. */
function narrowing(view: View, filters: Filters) {
  return view === "inbox" ? { status: "new", sort: "oldest" } : queryOf(view, filters);
}

export function sortOf(view: View, filters: Filters): Sort {
  return (narrowing(view, filters).sort as Sort | undefined) ?? "updated";
}

async function fetchPage(view: View, filters: Filters, cursor: string | undefined, signal?: AbortSignal) {
  const paging = cursor ? { cursor, limit: pageSize } : { limit: firstPageSize };
  if (view === "inbox") {
    return data(client.GET("/api/v1/internal/tickets/new", { params: { query: paging }, signal }));
  }
  const query = { ...queryOf(view, filters), ...paging };
  return data(client.GET("/api/v1/tickets", { params: { query }, signal }));
}

export function fetchFirstRows(view: View, filters: Filters) {
  return fetchPage(view, filters, undefined);
}

/** Of these tickets those that belong to the list, as they are now. */
export async function fetchRows(view: View, filters: Filters, numbers: number[]) {
  const query = { ...narrowing(view, filters), number: numbers.join(","), limit: numbers.length };
  return (await data(client.GET("/api/v1/tickets", { params: { query } }))).items;
}

/** Kept true row by row (useTicketList): never read again as a whole, which after some scrolling is a hundred pages. */
export function listQuery(view: View, filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ["rows", view, filters],
    queryFn: ({ pageParam, signal }) => fetchPage(view, filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
  });
}

const at = (number: number) => ({ params: { path: { ticket: String(number) } } });

export function ticketQuery(number: number) {
  return queryOptions({
    queryKey: ["ticket", number],
    queryFn: () => data(client.GET("/api/v1/tickets/{ticket}", at(number))),
  });
}

const isOnItsWay = ({ delivery }: Message) =>
  (delivery ?? []).some(({ state }) => state === "queued" || state === "sending");

export function messagesQuery(number: number) {
  return queryOptions({
    queryKey: ["ticket", number, "messages"],
    queryFn: () => data(client.GET("/api/v1/tickets/{ticket}/messages", at(number))),
    // A mail on its way says soon how it went; nobody tells the page of each step.
    refetchInterval: ({ state }) => (state.data?.some(isOnItsWay) ? 2_000 : false),
  });
}

export function historyQuery(number: number) {
  return queryOptions({
    queryKey: ["ticket", number, "history"],
    queryFn: () => data(client.GET("/api/v1/tickets/{ticket}/history", at(number))),
  });
}

/** The newest tickets of the same person, beside the one that is open. */
export function earlierQuery(requester: string) {
  return queryOptions({
    queryKey: ["tickets", "of", requester],
    queryFn: () =>
      data(client.GET("/api/v1/tickets", { params: { query: { requester, sort: "created", limit: 6 } } })),
  });
}

export const staffQuery = queryOptions({
  queryKey: ["staff"],
  queryFn: () => data(client.GET("/api/v1/staff")),
  staleTime: 5 * 60_000,
});

export const companiesQuery = queryOptions({
  queryKey: ["companies"],
  queryFn: () => data(client.GET("/api/v1/companies")),
  staleTime: 5 * 60_000,
});
