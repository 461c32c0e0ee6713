import { queryOptions, useQuery } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";

export const countersQuery = queryOptions({
  queryKey: ["counters"],
  queryFn: () => data(client.GET("/api/v1/counters")),
});

/** Zeroes until the first answer: a badge appears, it does not blink. */
export function useCounters(): Schemas["Counters"] {
  return useQuery(countersQuery).data ?? { new: 0, mine: 0, unassigned: 0, unread_notifications: 0 };
}
