import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { Composer } from "./Composer";
import type { Ticket } from "./queries";

afterEach(() => vi.unstubAllGlobals());

const agent = {
  ...customer,
  role: "agent" as const,
  person: { ...customer.person, id: "me", role: "agent" as const },
};
const messages = "POST /api/v1/tickets/7/messages";
const at = "2026-11-20T10:00:00Z";

function ticket(change: Partial<Ticket> = {}): Ticket {
  return {
    id: "t7",
    number: 7,
    subject: "Gate",
    status: "in_progress",
    priority: "normal",
    requester: customer.person,
    company: null,
    assignee: null,
    version: 3,
    created_at: at,
    updated_at: at,
    rating: null,
    sla: [],
    actions: ["reply", "note"],
    links: [],
    ...change,
  } as Ticket;
}

const drafts = {
  "GET /api/v1/tickets/7/drafts/reply": () => json({ body: "", version: 0, saved_at: null }),
  "GET /api/v1/tickets/7/drafts/note": () => json({ body: "", version: 0, saved_at: null }),
  "PUT /api/v1/tickets/7/drafts/reply": () => json({ body: "x", version: 1, saved_at: at }),
  "PUT /api/v1/tickets/7/drafts/note": () => json({ body: "x", version: 1, saved_at: at }),
};

function posted(body: string) {
  const message = {
    id: "m1",
    visibility: "public",
    author: agent.person,
    body,
    channel: "desk",
    created_at: at,
  };
  return json({ message: { ...message, attachments: [] }, ticket: ticket(), follow_up: false }, 201);
}

const show = (shown = ticket()) => renderPage(<Composer ticket={shown} onWriting={() => {}} />, agent);
const reply = () => screen.findByRole("textbox", { name: "Reply to Amira Mansour" });

test("a reply waits for the customer unless told otherwise", async () => {
  const seen = serve({ ...drafts, [messages]: () => posted("Hello") });
  show();
  await userEvent.type(await reply(), "Hello");
  await userEvent.click(screen.getByRole("checkbox", { name: "and wait for customer" }));
  await userEvent.click(await reply());
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(seen.some(({ call }) => call === messages)).toBe(true));
  expect(seen.find(({ call }) => call === messages)?.body).toEqual({
    body: "Hello",
    visibility: "public",
    file_ids: [],
    wait_for_customer: false,
  });
  await waitFor(async () => expect(await reply()).toHaveValue(""));
});

test("who takes part gets a copy, and the button says so; the writer may decide otherwise", async () => {
  const refusal = { errors: [{ pointer: "#/cc/1", detail: "is parked: mail to it came back" }] };
  let calls = 0;
  const seen = serve({
    ...drafts,
    [messages]: () => {
      calls += 1;
      return calls === 1 ? problem(422, "validation", refusal) : posted("Hello");
    },
  });
  const boss = { address: "boss@nile.test", name: null, kind: "cc" as const };
  const sent = { address: "old@nile.test", name: null, kind: "sent_to" as const };
  show(ticket({ participants: [boss, sent] }));
  await userEvent.type(await reply(), "Hello");
  expect(screen.getByText(/copy to boss@nile.test/)).toBeVisible();
  expect(screen.getByRole("button", { name: /Send to Amira Mansour and 1 in copy/ })).toBeEnabled();
  await userEvent.click(screen.getByRole("button", { name: "Cc, Bcc" }));
  await userEvent.type(screen.getByLabelText("Cc"), ", Omar");
  await userEvent.click(screen.getByLabelText("Bcc"));
  expect(await screen.findByText("This is no address: Omar")).toBeVisible();
  expect(screen.getByRole("button", { name: /Send to/ })).toBeDisabled();
  await userEvent.type(screen.getByLabelText("Cc"), " <omar@nile.test>");
  await userEvent.type(screen.getByLabelText("Bcc"), "audit@nile.test");
  await userEvent.click(screen.getByRole("button", { name: /and 3 in copy/ }));
  expect(await screen.findByText("omar@nile.test: is parked: mail to it came back")).toBeVisible();
  expect(seen.find(({ call }) => call === messages)?.body).toMatchObject({
    cc: ["boss@nile.test", "omar@nile.test"],
    bcc: ["audit@nile.test"],
  });
});

test("a note is internal and keeps its own text apart from the reply", async () => {
  const seen = serve({ ...drafts, [messages]: () => posted("Secret") });
  show();
  await userEvent.type(await reply(), "For the customer");
  await userEvent.click(screen.getByRole("tab", { name: "Internal note" }));
  const note = await screen.findByRole("textbox", { name: /only staff sees it/ });
  expect(note).toHaveValue("");
  await userEvent.type(note, "Secret");
  await userEvent.click(screen.getByRole("button", { name: /Save note/ }));
  await waitFor(() =>
    expect(seen.find(({ call }) => call === messages)?.body).toMatchObject({ visibility: "internal" }),
  );
});

test("a lost answer and a second press name the same key", async () => {
  let calls = 0;
  const seen = serve({
    ...drafts,
    [messages]: () => {
      calls += 1;
      return calls === 1 ? problem(503, "unavailable") : posted("Hello");
    },
  });
  show();
  await userEvent.type(await reply(), "Hello");
  await userEvent.click(screen.getByRole("button", { name: /Send to/ }));
  expect(await screen.findByText(/cannot work just now/)).toBeVisible();
  expect(await reply()).toHaveValue("Hello");
  await userEvent.click(screen.getByRole("button", { name: /Send to/ }));
  await waitFor(() => expect(calls).toBe(2));
  const keys = seen
    .filter(({ call }) => call === messages)
    .map(({ headers }) => headers.get("Idempotency-Key"));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
});

test("a session that ends while writing asks for the password and then sends what was written", async () => {
  let signedIn = false;
  const seen = serve({
    ...drafts,
    "POST /api/v1/session": () => {
      signedIn = true;
      return json(agent);
    },
    [messages]: () => (signedIn ? posted("Hello") : problem(401, "unauthenticated")),
  });
  show();
  await userEvent.type(await reply(), "Hello");
  await userEvent.click(screen.getByRole("button", { name: /Send to/ }));
  await screen.findByRole("dialog", { name: "Your session has ended" });
  await userEvent.type(screen.getByLabelText("Password"), "copper lantern at dawn");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const sent = seen.filter(({ call }) => call === messages);
  expect(sent.map(({ body }) => (body as { body: string }).body)).toEqual(["Hello", "Hello"]);
  expect(sent[1]?.headers.get("Idempotency-Key")).toBe(sent[0]?.headers.get("Idempotency-Key"));
});

test("two tabs: both texts are shown, sending waits for the choice", async () => {
  serve({
    ...drafts,
    "GET /api/v1/tickets/7/drafts/reply": () =>
      json({ body: "from the other tab", version: 5, saved_at: at }),
    "PUT /api/v1/tickets/7/drafts/reply": () => problem(409, "stale"),
  });
  show();
  const text = await reply();
  await waitFor(() => expect(text).toHaveValue("from the other tab"));
  await userEvent.clear(text);
  await userEvent.type(text, "mine");
  expect(await screen.findByText("You wrote in another tab, too", {}, { timeout: 3000 })).toBeVisible();
  expect(screen.getByRole("button", { name: /Send to/ })).toBeDisabled();
  await userEvent.click(screen.getByRole("button", { name: "Take that one" }));
  expect(text).toHaveValue("from the other tab");
  expect(screen.getByRole("button", { name: /Send to/ })).toBeEnabled();
});

test("a state that forbids replying says why", async () => {
  serve(drafts);
  show(ticket({ status: "new", actions: ["note"] }));
  expect(await screen.findByText(/waits for a manager to accept it/)).toBeVisible();
  expect(screen.queryByRole("tab", { name: "Reply" })).toBeNull();
});
