import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import type { Ticket } from "./queries";

type Page = Schemas["TicketPage"];
type Pages = InfiniteData<Page> | Page;

function patched(page: Page, number: number, change: Partial<TicketSummary>): Page {
  return {
    ...page,
    items: page.items.map((item) => (item.number === number ? { ...item, ...change } : item)),
  };
}

/** Shows a change before the server has agreed. Returns what takes it back. */
export function anticipate(
  queries: QueryClient,
  number: number,
  change: Partial<Pick<Ticket, "assignee" | "priority" | "subject">>,
): () => void {
  const ticket = queries.getQueryData<Ticket>(["ticket", number]);
  const lists = queries.getQueriesData<Pages>({ queryKey: ["tickets"] });
  if (ticket) queries.setQueryData(["ticket", number], { ...ticket, ...change });
  queries.setQueriesData<Pages>({ queryKey: ["tickets"] }, (pages) => {
    if (!pages) return pages;
    if ("items" in pages) return patched(pages, number, change);
    return { ...pages, pages: pages.pages.map((page) => patched(page, number, change)) };
  });
  return () => {
    queries.setQueryData(["ticket", number], ticket);
    for (const [key, pages] of lists) queries.setQueryData(key, pages);
  };
}

/** Takes over the server's ticket, and asks again for what else the step has changed. */
export function adopt(queries: QueryClient, ticket: Ticket) {
  queries.setQueryData(["ticket", ticket.number], ticket);
  void queries.invalidateQueries({ queryKey: ["ticket", ticket.number, "messages"] });
  void queries.invalidateQueries({ queryKey: ["ticket", ticket.number, "history"] });
  void queries.invalidateQueries({ queryKey: ["tickets"] });
  void queries.invalidateQueries({ queryKey: ["counters"] });
  void queries.invalidateQueries({ queryKey: ["dashboard"] });
}
