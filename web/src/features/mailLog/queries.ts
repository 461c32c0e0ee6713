import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";

export type LoggedMail = Schemas["LoggedMail"];
export type LoggedMailDetail = Schemas["LoggedMailDetail"];
export type Outcome = LoggedMail["outcome"];

export const outcomes: Outcome[] = ["accepted", "stored", "duplicate", "quarantined", "failed"];

/** What stands in the address. */
export interface Filters {
  channel?: string;
  outcome?: Outcome;
}

export function filtersOf(search: Record<string, unknown>): Filters {
  const channel = String(search.channel ?? "");
  const outcome = outcomes.find((name) => name === search.outcome);
  return { ...(/^[0-9a-f-]{36}$/i.test(channel) && { channel }), ...(outcome && { outcome }) };
}

export const logQuery = ({ channel, outcome }: Filters) =>
  infiniteQueryOptions({
    queryKey: ["mail-log", channel ?? "", outcome ?? ""],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: 50,
        ...(channel && { channel_id: channel }),
        ...(outcome && { outcome }),
        ...(pageParam && { cursor: pageParam }),
      };
      return data(client.GET("/api/v1/mail-log", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: ["mail-log", "mail", id],
    queryFn: () => data(client.GET("/api/v1/mail-log/{id}", { params: { path: { id } } })),
  });

export const processAgain = (id: string) =>
  data(client.POST("/api/v1/mail-log/{id}/process", { params: { path: { id } } }));

export const channelsQuery = queryOptions({
  queryKey: ["mail-channels"],
  queryFn: () => data(client.GET("/api/v1/mail-channels")),
});
