import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Filters, View } from "./filters";
import { listQuery } from "./queries";
import { useSteadyOrder } from "./steadyOrder";

export type TicketList = ReturnType<typeof useTicketList>;

/** A view's tickets in a steady order, with its next page. */
export function useTicketList(view: View, filters: Filters) {
  const query = useInfiniteQuery(listQuery(view, filters));
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const steady = useSteadyOrder(JSON.stringify([view, filters]), items);
  return {
    ...steady,
    loading: query.isPending,
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    loadingMore: query.isFetchingNextPage,
  };
}
