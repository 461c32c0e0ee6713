import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useArrivals } from "@/lib/live";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import type { Filters, View } from "./filters";
import { fetchFirstRows, fetchRows, listQuery, sortOf } from "./queries";
import { type Rows, rowsOf, settleRows } from "./rowCache";

export type TicketList = ReturnType<typeof useTicketList>;

/** Changes that come together are looked at together. */
const gatherMs = 150;
/** A page that was just opened has better things to do first. */
const unhurriedMs = 400;
/** So many rows before the end of what is loaded, the next page is asked for: for who scrolls, far ahead. */
const ahead = { atRest: 5, scrolling: 150 };
const mostAsked = 100;

/**
 * A view's tickets, page after page. The list is asked for once and then kept true row by row: what changed, what comes
 * into sight after a while away. Rows stay where the reader left them; what arrives is counted, not shown.
 */
export function useTicketList(view: View, given: Filters) {
  const queries = useQueryClient();
  const filters = useSame(given);
  const options = useMemo(() => listQuery(view, filters), [view, filters]);
  const query = useInfiniteQuery(options);
  const key = JSON.stringify(options.queryKey);
  const shown = useMemo(() => rowsOf(query.data), [query.data]);
  const [arrived, setArrived] = useState<{ key: string; numbers: Set<number> }>({ key, numbers: new Set() });

  /** Takes over what the server said of these rows, and counts those that are new. */
  const settle = useCallback(
    (asked: number[], found: TicketSummary[]) => {
      const rows = queries.getQueryData<Rows>(options.queryKey);
      if (!rows) return;
      const settled = settleRows(rows, asked, found, sortOf(view, filters));
      // With nothing left to read there is nothing that could jump.
      if (settled.strangers.length > 0 && rowsOf(settled.rows).length === 0) {
        void queries.resetQueries({ queryKey: options.queryKey });
        return;
      }
      queries.setQueryData(options.queryKey, settled.rows);
      const left = asked.filter((number) => !found.some((row) => row.number === number));
      setArrived(({ key: of, numbers: before }) => {
        const known = of === key ? before : [];
        const numbers = new Set([...known, ...settled.strangers.map(({ number }) => number)]);
        for (const number of left) numbers.delete(number);
        return { key, numbers };
      });
    },
    [queries, options, view, filters, key],
  );

  // What could not be asked now is asked again when the stream is back.
  const look = useCallback(
    async (numbers: number[]) => {
      const asked = numbers.slice(0, mostAsked);
      const found = await fetchRows(view, filters, asked).catch(() => null);
      if (found) settle(asked, found);
    },
    [settle, view, filters],
  );
  const lookForArrivals = useCallback(async () => {
    const page = await fetchFirstRows(view, filters).catch(() => null);
    if (page) settle([], page.items);
  }, [settle, view, filters]);

  const doubtful = useDoubt(shown, { look, lookForArrivals, loaded: query.isSuccess, key });
  useTold(look, doubtful.all);

  const showAll = useCallback(async () => {
    const page = await fetchFirstRows(view, filters);
    queries.setQueryData(options.queryKey, { pages: [page], pageParams: [undefined] });
    setArrived({ key, numbers: new Set() });
  }, [queries, options, view, filters, key]);

  const { fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  const inSight = useCallback(
    (first: number, last: number) => {
      doubtful.inSight(first, last);
      const margin = first === 0 ? ahead.atRest : ahead.scrolling;
      if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError && last + margin > shown.length) {
        void fetchNextPage();
      }
    },
    [doubtful, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, shown.length],
  );

  return {
    key,
    shown,
    arrived: arrived.key === key ? arrived.numbers.size : 0,
    showAll,
    /** Tell which rows are in sight: they are checked, and what follows them is loaded. */
    inSight,
    loading: query.isPending,
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
    hasMore: hasNextPage,
    /** The next page could not be loaded. */
    moreError: isFetchNextPageError ? query.error : null,
    more: () => void fetchNextPage(),
  };
}

interface Doubt {
  look: (numbers: number[]) => Promise<void>;
  lookForArrivals: () => Promise<void>;
  loaded: boolean;
  key: string;
}

/**
 * Rows from an earlier visit, or from before the stream broke off, may have changed unseen. They are shown, and checked
 * when they come into sight.
 */
function useDoubt(shown: { number: number }[], { look, lookForArrivals, loaded, key }: Doubt) {
  const doubted = useRef(new Set<number>());
  const place = useRef({ shown, first: 0, last: 0 });
  place.current.shown = shown;

  const check = useCallback(() => {
    const { shown, first, last } = place.current;
    const numbers = shown.slice(first, last).map(({ number }) => number);
    const asked = numbers.filter((number) => doubted.current.has(number)).slice(0, mostAsked);
    for (const number of asked) doubted.current.delete(number);
    if (asked.length > 0) void look(asked);
  }, [look]);

  const all = useCallback(() => {
    doubted.current = new Set(place.current.shown.map(({ number }) => number));
    check();
    void lookForArrivals();
  }, [check, lookForArrivals]);

  const inSight = useCallback(
    (first: number, last: number) => {
      Object.assign(place.current, { first, last });
      if (doubted.current.size > 0) check();
    },
    [check],
  );

  // What was there before this visit; a list that is loaded now is not doubted.
  const wasThere = useRef({ key, loaded });
  if (wasThere.current.key !== key) wasThere.current = { key, loaded };
  const { loaded: fromBefore } = wasThere.current;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is another visit
  useEffect(() => {
    if (!fromBefore) return;
    const timer = setTimeout(all, unhurriedMs);
    return () => clearTimeout(timer);
  }, [key, fromBefore]);

  return useMemo(() => ({ all, inSight }), [all, inSight]);
}

/** Looks at the tickets that the stream names, and at everything in sight after it was broken. */
function useTold(look: (numbers: number[]) => Promise<void>, doubtAll: () => void) {
  const told = useRef(new Set<number>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const current = useRef(look);
  current.current = look;
  useEffect(() => () => clearTimeout(timer.current), []);

  useArrivals(
    useCallback(
      (number) => {
        if (number === null) {
          doubtAll();
          return;
        }
        told.current.add(number);
        timer.current ??= setTimeout(() => {
          const numbers = [...told.current];
          told.current.clear();
          timer.current = undefined;
          for (let at = 0; at < numbers.length; at += mostAsked)
            void current.current(numbers.slice(at, at + mostAsked));
        }, gatherMs);
      },
      [doubtAll],
    ),
  );
}

/** The same object as long as it says the same: the address is read anew at every render. */
function useSame<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}
