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
/** What could not be asked is asked again after so long. */
const againMs = 3000;

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

  const [unsettled, tries] = useUnsettled();
  const showing = useRef(0);

  const showAll = useCallback(async () => {
    showing.current += 1;
    try {
      const page = await fetchFirstRows(view, filters);
      queries.setQueryData(options.queryKey, { pages: [page], pageParams: [undefined] });
      setArrived({ key, numbers: new Set() });
    } finally {
      showing.current -= 1;
      unsettled.tryAgain();
    }
  }, [queries, options, view, filters, key, unsettled]);

  /** Takes over what the server said of these rows, and counts those that are new. */
  const settle = useCallback(
    (asked: number[], found: TicketSummary[]) => {
      const rows = queries.getQueryData<Rows>(options.queryKey);
      // A page that is under way may be older than this, and brings with it the pages before it as they were.
      const isFetching = queries.isFetching({ queryKey: options.queryKey, exact: true }) > 0;
      if (!rows || isFetching || showing.current > 0) {
        unsettled.add([...asked, ...found.map(({ number }) => number)]);
      }
      if (!rows) return;
      const settled = settleRows(rows, asked, found, sortOf(view, filters));
      queries.setQueryData(options.queryKey, settled.rows);
      const left = asked.filter((number) => !found.some((row) => row.number === number));
      setArrived(({ key: of, numbers: before }) => {
        const known = of === key ? before : [];
        const numbers = new Set([...known, ...settled.strangers.map(({ number }) => number)]);
        for (const number of left) numbers.delete(number);
        return { key, numbers };
      });
      // With nothing left to read there is nothing that could jump. If it fails, the count stays and asks for it.
      const isEmpty = rowsOf(settled.rows).length === 0;
      if (isEmpty && settled.strangers.length > 0) void showAll().catch(() => undefined);
    },
    [queries, options, view, filters, key, showAll, unsettled],
  );

  // Answers may overtake each other: the one that was asked for last counts.
  const asked = useRef({ turn: 0, last: new Map<number, number>() });
  const look = useCallback(
    async (numbers: number[]) => {
      asked.current.turn += 1;
      const { turn, last } = asked.current;
      for (const number of numbers) last.set(number, turn);
      const found = await fetchRows(view, filters, numbers).catch(() => null);
      const isDue = (number: number) => last.get(number) === turn;
      if (found) {
        const due = found.filter(({ number }) => isDue(number));
        settle(numbers.filter(isDue), due);
      } else unsettled.failed(numbers.filter(isDue));
    },
    [settle, view, filters, unsettled],
  );
  const lookForArrivals = useCallback(async () => {
    const page = await fetchFirstRows(view, filters).catch(() => null);
    if (page) settle([], page.items);
    else unsettled.failed("arrivals");
  }, [settle, view, filters, unsettled]);

  const { isFetching } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end of a fetch, and another try, are the reasons to look
  useEffect(() => {
    if (isFetching || showing.current > 0) return;
    const { numbers, arrivals } = unsettled.take();
    for (const some of inChunks(numbers)) void look(some);
    if (arrivals) void lookForArrivals();
  }, [isFetching, tries]);

  const doubtful = useDoubt(shown, { look, lookForArrivals, loaded: query.isSuccess, key });
  useTold(look, doubtful.all);

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

/** What was told of and is not yet taken over: the tickets, and whether others came, until the list asks again. */
function useUnsettled() {
  const waiting = useRef({ numbers: new Set<number>(), arrivals: false });
  const [tries, setTries] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const acts = useMemo(() => {
    const add = (numbers: number[]) => {
      for (const number of numbers) waiting.current.numbers.add(number);
    };
    const tryAgain = () => setTries((before) => before + 1);
    return {
      add,
      tryAgain,
      /** The server could not answer just now. */
      failed: (what: number[] | "arrivals") => {
        if (what === "arrivals") waiting.current.arrivals = true;
        else add(what);
        clearTimeout(timer.current);
        timer.current = setTimeout(tryAgain, againMs);
      },
      take: () => {
        const { numbers, arrivals } = waiting.current;
        waiting.current = { numbers: new Set(), arrivals: false };
        return { numbers: [...numbers], arrivals };
      },
    };
  }, []);
  return [acts, tries] as const;
}

function inChunks(numbers: number[]): number[][] {
  const count = Math.ceil(numbers.length / mostAsked);
  return Array.from({ length: count }, (_, at) => numbers.slice(at * mostAsked, (at + 1) * mostAsked));
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
          for (const some of inChunks(numbers)) void current.current(some);
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
