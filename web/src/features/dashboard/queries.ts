import { queryOptions } from "@tanstack/react-query";
import { client, data } from "@/api/client";

export const dashboardQuery = queryOptions({
  queryKey: ["dashboard"],
  queryFn: () => data(client.GET("/api/v1/dashboard")),
});
