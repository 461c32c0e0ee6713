import { queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { pollMs } from "@/lib/operation/freshness";

export type Monitoring = Schemas["Monitoring"];

export const monitoringQuery = queryOptions({
  queryKey: ["monitoring"],
  queryFn: ({ signal }) => data(client.GET("/api/v1/internal/monitoring", { signal })),
  refetchInterval: pollMs,
  staleTime: 0,
  // The next question comes by itself, and soon.
  retry: false,
});
