import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";

export type Person = Schemas["Person"];
export type Role = Schemas["Role"];

export const roles: Role[] = ["customer", "customer_admin", "agent", "manager", "admin"];

export const peopleQuery = (filter: { q?: string; role?: Role }) =>
  infiniteQueryOptions({
    queryKey: ["people", filter],
    queryFn: ({ pageParam }) => {
      const query = { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) };
      return data(client.GET("/api/v1/people", { params: { query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const companiesQuery = queryOptions({
  queryKey: ["companies"],
  queryFn: () => data(client.GET("/api/v1/companies")),
});
