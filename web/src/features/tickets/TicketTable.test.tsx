import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { applyChange } from "@/lib/live";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { AllTicketsPage, InboxPage } from "./TicketListPage";

afterEach(() => vi.unstubAllGlobals());

const manager = {
  ...customer,
  role: "manager" as const,
  person: { ...customer.person, role: "manager" as const },
};
const list = "GET /api/v1/tickets";
const inbox = "GET /api/v1/internal/tickets/new";

function ticket(number: number, change: Partial<TicketSummary> = {}): TicketSummary {
  const at = "2026-11-20T10:00:00Z";
  const requester = { id: "r", name: "Amira", role: "customer" as const };
  return {
    id: `t${number}`,
    number,
    subject: `Ticket ${number}`,
    preview: "",
    status: "accepted",
    priority: "normal",
    requester,
    company: null,
    assignee: null,
    sla: null,
    version: 3,
    created_at: at,
    updated_at: at,
    unread: false,
    ...change,
  };
}

const page = (...items: TicketSummary[]) => json({ items, next_cursor: null });
const quiet = { "GET /api/v1/staff": () => json([]), "GET /api/v1/companies": () => json([]) };

test("j and k move the focus between rows, Enter opens", async () => {
  serve({ ...quiet, [list]: () => page(ticket(1), ticket(2), ticket(3)) });
  const { router } = renderPage(<AllTicketsPage />, manager);
  await screen.findByRole("link", { name: "Ticket 1" });
  await userEvent.keyboard("jjjjk");
  expect(screen.getByRole("link", { name: "Ticket 2" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/desk/tickets/2"));
  expect(router.state.location.search).toMatchObject({ view: "all" });
});

test("letters typed into the filter stay there", async () => {
  serve({ ...quiet, [list]: () => page(ticket(1)) });
  renderPage(<AllTicketsPage />, manager);
  await screen.findByRole("link", { name: "Ticket 1" });
  const filter = screen.getByRole("searchbox");
  await userEvent.type(filter, "jak");
  expect(filter).toHaveValue("jak");
  expect(filter).toHaveFocus();
});

test("an arrival is announced and waits to be asked for", async () => {
  let items = [ticket(1)];
  serve({ ...quiet, [list]: () => page(...items) });
  const { queries } = renderPage(<AllTicketsPage />, manager);
  await screen.findByRole("link", { name: "Ticket 1" });

  items = [ticket(2), ticket(1, { subject: "Ticket 1, renamed" })];
  act(() => {
    applyChange(queries, told(1) as never);
    applyChange(queries, told(2) as never);
  });

  const pill = await screen.findByRole("button", { name: "1 new: show it" });
  expect(screen.getByRole("link", { name: "Ticket 1, renamed" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "Ticket 2" })).toBeNull();
  await userEvent.click(pill);
  expect(screen.getAllByRole("link").map((link) => link.textContent)).toEqual([
    "Ticket 2",
    "Ticket 1, renamed",
  ]);
});

test("a manager accepts the row that has the focus; a refusal is said in words", async () => {
  const seen = serve({
    [inbox]: () => page(ticket(7, { status: "new" })),
    "POST /api/v1/tickets/7/accept": () => problem(409, "illegal-transition"),
  });
  const { toasts } = await withToasts();
  renderPage(
    <>
      {toasts}
      <InboxPage />
    </>,
    manager,
  );
  await screen.findByRole("link", { name: "Ticket 7" });
  await userEvent.keyboard("jy");
  expect(await screen.findByText(/#7: This is no longer possible/)).toBeVisible();
  expect(seen.filter(({ call }) => call.endsWith("/accept"))).toHaveLength(1);
});

async function withToasts() {
  const { Toasts } = await import("@/ui/Toast");
  return { toasts: <Toasts /> };
}

const told = (number: number) => ({ kind: "ticket_changed", ticket_id: `t${number}`, ticket_number: number });

/** An answer that waits until it is let go. */
function held() {
  let letGo = (_: Response) => {};
  const answer = new Promise<Response>((resolve) => {
    letGo = resolve;
  });
  return { answer, letGo: (response: Response) => act(async () => letGo(response)) };
}

const isAboutSome = (request: Request) => new URL(request.url).searchParams.has("number");

test("what is told while the list is still loading is not lost", async () => {
  const first = held();
  let asked = 0;
  const about = () => {
    asked += 1;
    return page(ticket(2));
  };
  serve({ ...quiet, [list]: (request) => (isAboutSome(request) ? about() : first.answer) });
  const { queries } = renderPage(<AllTicketsPage />, manager);
  await waitFor(() => expect(queries.isFetching()).toBeGreaterThan(0));
  act(() => applyChange(queries, told(2) as never));
  // It was asked about, and there was no list to put it into.
  await waitFor(() => expect(asked).toBe(1));
  await act(async () => {});
  await first.letGo(page(ticket(1)));
  expect(await screen.findByRole("button", { name: "1 new: show it" })).toBeVisible();
});

test("a page that was under way does not undo what was told meanwhile", async () => {
  const second = held();
  const renamed = ticket(1, { subject: "Ticket 1, renamed", version: 4 });
  serve({
    ...quiet,
    [list]: (request) => {
      if (isAboutSome(request)) return page(renamed);
      return request.url.includes("cursor")
        ? second.answer
        : json({ items: [ticket(1), ticket(2)], next_cursor: "2" });
    },
  });
  const { queries } = renderPage(<AllTicketsPage />, manager);
  await screen.findByRole("link", { name: "Ticket 1" });
  await waitFor(() => expect(queries.isFetching({ queryKey: ["rows"] })).toBe(1));
  act(() => applyChange(queries, told(1) as never));
  await screen.findByRole("link", { name: "Ticket 1, renamed" });
  await second.letGo(page(ticket(3)));
  await screen.findByRole("link", { name: "Ticket 3" });
  expect(await screen.findByRole("link", { name: "Ticket 1, renamed" })).toBeVisible();
});

test("what the server could not answer just now is asked again", async () => {
  let asked = 0;
  serve({
    ...quiet,
    [list]: (request) => {
      if (!isAboutSome(request)) return page(ticket(1));
      asked += 1;
      return asked === 1 ? problem(503, "unavailable") : page(ticket(1, { subject: "Ticket 1, renamed" }));
    },
  });
  const { queries } = renderPage(<AllTicketsPage />, manager);
  await screen.findByRole("link", { name: "Ticket 1" });
  act(() => applyChange(queries, told(1) as never));
  expect(await screen.findByRole("link", { name: "Ticket 1, renamed" }, { timeout: 5000 })).toBeVisible();
});

test("an answer that was overtaken by a later one is not believed", async () => {
  const slow = held();
  let asked = 0;
  serve({
    ...quiet,
    [list]: (request) => {
      if (!isAboutSome(request)) return page(ticket(1), ticket(2));
      asked += 1;
      return asked === 1 ? slow.answer : page(ticket(1));
    },
  });
  const { queries } = renderPage(<AllTicketsPage />, manager);
  await screen.findByRole("link", { name: "Ticket 1" });
  act(() => applyChange(queries, told(1) as never));
  await waitFor(() => expect(asked).toBe(1));
  act(() => applyChange(queries, told(1) as never));
  await waitFor(() => expect(asked).toBe(2));
  // It had left the list, and came back.
  await slow.letGo(page());
  expect(screen.getByRole("link", { name: "Ticket 1" })).toBeVisible();
});

test("what arrives in an empty list is shown without asking", async () => {
  let items: TicketSummary[] = [];
  serve({ ...quiet, [list]: () => page(...items), [inbox]: () => page(...items) });
  const { queries } = renderPage(<InboxPage />, manager);
  await waitFor(() => expect(queries.getQueryData(["rows", "inbox", {}])).toBeDefined());
  items = [ticket(5, { status: "new" })];
  act(() => applyChange(queries, told(5) as never));
  expect(await screen.findByRole("link", { name: "Ticket 5" })).toBeVisible();
});
