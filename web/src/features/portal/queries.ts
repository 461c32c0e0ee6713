import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data } from "@/api/client";

export type Scope = "mine" | "company";

interface Filter {
  scope: Scope;
  status?: string;
  q?: string;
}

/** The keys begin like the desk's, so that live changes refresh the portal's lists as well. */
export const ticketsQuery = (filter: Filter) =>
  infiniteQueryOptions({
    queryKey: ["tickets", "portal", filter],
    queryFn: ({ pageParam }) => {
      const query = { ...filter, limit: 20, ...(pageParam && { cursor: pageParam }) };
      return data(client.GET("/api/v1/tickets", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const ticketQuery = (number: number) =>
  queryOptions({
    queryKey: ["ticket", number],
    queryFn: () =>
      data(client.GET("/api/v1/tickets/{ticket}", { params: { path: { ticket: String(number) } } })),
  });

export const messagesQuery = (number: number) =>
  queryOptions({
    queryKey: ["ticket", number, "messages"],
    queryFn: () =>
      data(client.GET("/api/v1/tickets/{ticket}/messages", { params: { path: { ticket: String(number) } } })),
  });
