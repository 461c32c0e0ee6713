import type { InfiniteData } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import type { TicketSummary } from "@/lib/tickets/TicketRow";

type Page = Schemas["TicketPage"];
export type Rows = InfiniteData<Page, unknown>;

/** The rows of all pages. What moved below the place where its page ended is met twice and stays where it was. */
export function rowsOf(rows: Rows | undefined): TicketSummary[] {
  const met = new Set<number>();
  return (rows?.pages ?? []).flatMap(({ items }) =>
    items.filter(({ number }) => !met.has(number) && met.add(number)),
  );
}

/**
 * Takes over what the server says of some rows: they change where they stand, those that do not match any more leave.
 * Whatever is new to the list is not put into it: `strangers` tells which those are, unless they belong below the last
 * row that is loaded, where scrolling will meet them.
 */
export function settleRows(rows: Rows, asked: number[], found: TicketSummary[], sort: Sort) {
  const fresh = new Map(found.map((row) => [row.number, row]));
  const gone = new Set(asked.filter((number) => !fresh.has(number)));
  const known = new Set<number>();
  const pages = rows.pages.map((page) => {
    for (const { number } of page.items) known.add(number);
    if (!page.items.some(({ number }) => fresh.has(number) || gone.has(number))) return page;
    const items = page.items
      .filter(({ number }) => !gone.has(number))
      .map((row) => newer(row, fresh.get(row.number)));
    return { ...page, items };
  });
  const end = rows.pages.at(-1)?.next_cursor ? rows.pages.at(-1)?.items.at(-1) : undefined;
  const isAbove = (row: TicketSummary) => !end || isBefore(row, end, sort);
  return {
    rows: { ...rows, pages },
    strangers: found.filter((row) => !known.has(row.number) && isAbove(row)),
  };
}

export type Sort = "updated" | "created" | "oldest" | "due";

/** As the server sorts. */
function isBefore(row: TicketSummary, other: TicketSummary, sort: Sort): boolean {
  const never = "9999";
  if (sort === "due") return (row.sla?.due_at ?? never) < (other.sla?.due_at ?? never);
  if (sort === "oldest") return row.created_at < other.created_at;
  return sort === "created" ? row.created_at > other.created_at : row.updated_at > other.updated_at;
}

/** Answers may overtake each other: an older version never replaces a newer one. */
function newer(known: TicketSummary, fresh: TicketSummary | undefined): TicketSummary {
  return fresh && fresh.version >= known.version ? fresh : known;
}
