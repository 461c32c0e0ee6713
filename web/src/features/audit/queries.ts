import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import type { Query } from "./filters";

export type AuditEvent = Schemas["AuditEvent"];

export const eventsQuery = (filter: Query) =>
  infiniteQueryOptions({
    queryKey: ["audit", "events", filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) };
      return data(client.GET("/api/v1/audit/events", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Seals come every few seconds: so does a look at them. */
export const stateQuery = queryOptions({
  queryKey: ["audit", "state"],
  queryFn: () => data(client.GET("/api/v1/audit/state")),
  refetchInterval: 5_000,
});

export const staffQuery = queryOptions({
  queryKey: ["staff"],
  queryFn: () => data(client.GET("/api/v1/staff")),
});
