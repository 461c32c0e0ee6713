import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { type Filters, queryOf, type View } from "./filters";

export type Ticket = Schemas["Ticket"];
export type Message = Schemas["Message"];
export type TicketEvent = Schemas["Event"];
export type PersonSummary = Schemas["PersonSummary"];

const pageSize = 50;

async function fetchPage(view: View, filters: Filters, cursor: string | undefined, signal: AbortSignal) {
  const paging = { limit: pageSize, ...(cursor && { cursor }) };
  if (view === "inbox") {
    return data(client.GET("/api/v1/internal/tickets/new", { params: { query: paging }, signal }));
  }
  const query = { ...queryOf(view, filters), ...paging };
  return data(client.GET("/api/v1/tickets", { params: { query }, signal }));
}

export function listQuery(view: View, filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ["tickets", view, filters],
    queryFn: ({ pageParam, signal }) => fetchPage(view, filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

const at = (number: number) => ({ params: { path: { ticket: String(number) } } });

export function ticketQuery(number: number) {
  return queryOptions({
    queryKey: ["ticket", number],
    queryFn: () => data(client.GET("/api/v1/tickets/{ticket}", at(number))),
  });
}

export function messagesQuery(number: number) {
  return queryOptions({
    queryKey: ["ticket", number, "messages"],
    queryFn: () => data(client.GET("/api/v1/tickets/{ticket}/messages", at(number))),
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
