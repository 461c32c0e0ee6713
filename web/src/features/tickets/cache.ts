import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { tell } from "@/lib/live";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import type { Ticket } from "./queries";

type Page = Schemas["TicketPage"];
type Pages = InfiniteData<Page> | Page;

function patched(page: Page, number: number, change: Partial<TicketSummary>): Page {
  if (!page.items.some((item) => item.number === number)) return page;
  return {
    ...page,
    items: page.items.map((item) => (item.number === number ? { ...item, ...change } : item)),
  };
}

/** Shows a change before the server has agreed. Returns what takes it back, and nothing else that came meanwhile. */
export function anticipate(
  queries: QueryClient,
  number: number,
  change: Partial<Pick<Ticket, "assignee" | "priority" | "subject">>,
): () => void {
  const ticket = queries.getQueryData<Ticket>(["ticket", number]);
  const row = knownRow(queries, number);
  if (ticket) queries.setQueryData(["ticket", number], { ...ticket, ...change });
  patchRows(queries, number, change);
  return () => {
    queries.setQueryData(["ticket", number], ticket);
    const fields = Object.keys(change) as (keyof TicketSummary)[];
    if (row) patchRows(queries, number, Object.fromEntries(fields.map((field) => [field, row[field]])));
  };
}

const lists = ["tickets", "rows"];

function patchRows(queries: QueryClient, number: number, change: Partial<TicketSummary>) {
  const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => lists.includes(String(queryKey[0]));
  queries.setQueriesData<Pages>({ predicate }, (pages) => {
    if (!pages) return pages;
    if ("items" in pages) return patched(pages, number, change);
    return { ...pages, pages: pages.pages.map((page) => patched(page, number, change)) };
  });
}

/** What some list shows of a ticket. */
export function knownRow(queries: QueryClient, number: number): TicketSummary | undefined {
  for (const noun of lists) {
    for (const [, pages] of queries.getQueriesData<Pages>({ queryKey: [noun] })) {
      const all = !pages ? [] : "items" in pages ? [pages] : pages.pages;
      for (const { items } of all) {
        const row = items.find((item) => item.number === number);
        if (row) return row;
      }
    }
  }
  return undefined;
}

/** Asks again for what a list shows of a ticket, and for what else hangs on it. */
export function lookAgain(queries: QueryClient, number: number) {
  void queries.invalidateQueries({ queryKey: ["tickets"] });
  tell(number);
}

/** Takes over the server's ticket, and asks again for what else the step has changed. */
export function adopt(queries: QueryClient, ticket: Ticket) {
  queries.setQueryData(["ticket", ticket.number], ticket);
  void queries.invalidateQueries({ queryKey: ["ticket", ticket.number, "messages"] });
  void queries.invalidateQueries({ queryKey: ["ticket", ticket.number, "history"] });
  lookAgain(queries, ticket.number);
  void queries.invalidateQueries({ queryKey: ["counters"] });
  void queries.invalidateQueries({ queryKey: ["dashboard"] });
}
