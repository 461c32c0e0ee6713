import { queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas, seen } from "@/api/client";

export type Policy = Schemas["Policy"];
export type Calendar = Schemas["Calendar"];

export const policiesQuery = queryOptions({
  queryKey: ["sla", "policies"],
  queryFn: () => data(client.GET("/api/v1/sla/policies")),
});

export const calendarsQuery = queryOptions({
  queryKey: ["sla", "calendars"],
  queryFn: () => data(client.GET("/api/v1/sla/calendars")),
});

export function savePolicy(id: string, body: Schemas["PolicyChange"], version: number) {
  return data(
    client.PUT("/api/v1/sla/policies/{id}", { params: { path: { id }, header: seen(version) }, body }),
  );
}

export function saveCalendar(id: string, body: Schemas["CalendarChange"], version: number) {
  return data(
    client.PUT("/api/v1/sla/calendars/{id}", { params: { path: { id }, header: seen(version) }, body }),
  );
}
