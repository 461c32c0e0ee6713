import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { MessageItem } from "./MessageItem";
import type { Mail } from "./mailWords";
import type { Message } from "./queries";
import { undecided, undelivered } from "./Undelivered";

afterEach(() => vi.unstubAllGlobals());

const agent = { ...customer, role: "agent" as const };
const amira = { id: "a", name: "Amira Hassan", role: "customer" as const };
const mona = { id: "m", name: "Mona Farid", role: "manager" as const };

const mail = (change: Partial<Mail> = {}): Mail => ({
  from: { address: "amira@nile.test", name: "Amira Hassan" },
  reply_to: null,
  to: [{ address: "support@nile.test", name: null }],
  cc: [],
  has_html: false,
  has_remote_content: false,
  folded: [],
  reason: "reply_address",
  third_party: false,
  warning: null,
  automatic: false,
  invitation: null,
  signed: null,
  inbound_mail_id: "in1",
  ...change,
});

const message = (change: Partial<Message> = {}): Message => ({
  id: "m1",
  visibility: "public",
  author: amira,
  impersonator: null,
  body: "It still smokes.",
  channel: "mail",
  created_at: "2026-11-20T10:00:00Z",
  attachments: [],
  mail: mail(),
  delivery: null,
  ...change,
});

const show = (shown: Message) =>
  renderPage(
    <ol>
      <MessageItem message={shown} number={42} />
    </ol>,
    agent,
  );

test("a mail names its sender, and folds what it quotes without losing a letter", async () => {
  const body = "Yes.\n> Does it smoke?";
  show(message({ body, mail: mail({ folded: [{ start_utf16: 5, end_utf16: body.length }] }) }));
  expect(await screen.findByText(/Amira Hassan <amira@nile.test>/)).toBeVisible();
  expect(screen.getByText("Yes.")).toBeVisible();
  expect(screen.getByText("> Does it smoke?")).not.toBeVisible();
  await userEvent.click(screen.getByLabelText("Show the quoted text"));
  expect(screen.getByText("> Does it smoke?")).toBeVisible();
});

test("the mail as sent is in a frame where nothing runs; pictures from elsewhere only on request", async () => {
  show(message({ mail: mail({ has_html: true, has_remote_content: true }) }));
  await userEvent.click(await screen.findByRole("button", { name: "Show as sent" }));
  const frame = () => screen.getByTitle("The mail as Amira Hassan sent it");
  expect(frame()).toHaveAttribute("src", "/api/v1/messages/m1/html?remote=false");
  expect(frame()).toHaveAttribute("sandbox", expect.not.stringContaining("allow-scripts"));
  await userEvent.click(screen.getByRole("button", { name: "Show pictures" }));
  expect(frame()).toHaveAttribute("src", "/api/v1/messages/m1/html?remote=true");
  expect(screen.queryByRole("button", { name: "Show pictures" })).toBeNull();
});

test("a stranger's mail lies folded until somebody reads it or lets them in", async () => {
  const seen = serve({ "POST /api/v1/messages/m1/admit": () => new Response(null, { status: 204 }) });
  show(message({ visibility: "internal", mail: mail({ third_party: true }) }));
  expect(await screen.findByText(/takes no part in this ticket/)).toBeVisible();
  expect(screen.queryByText("It still smokes.")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Read it" }));
  expect(screen.getByText("It still smokes.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Add to ticket" }));
  await waitFor(() => expect(seen.map(({ call }) => call)).toContain("POST /api/v1/messages/m1/admit"));
});

test("what nobody proved is said above the words", async () => {
  show(message({ author: mona, mail: mail({ warning: "unauthenticated_agent" }) }));
  expect(await screen.findByRole("alert")).toHaveTextContent(/nothing proves it/);
});

test("an answer wanted elsewhere names the address", async () => {
  show(message({ mail: mail({ warning: "reply_to_differs", reply_to: "home@nile.test" }) }));
  expect(await screen.findByRole("alert")).toHaveTextContent(/home@nile.test/);
});

test("why it is here, and the way to another ticket", async () => {
  const seen = serve({
    "POST /api/v1/messages/m1/move": async (request) => {
      const { ticket_number } = await request.clone().json();
      if (ticket_number === 7) return problem(404, "not-found");
      return json({ ticket: { id: "t", number: 43, subject: "New", status: "new" } });
    },
  });
  show(message({ mail: mail({ reason: "subject_token" }) }));
  await userEvent.click(await screen.findByRole("button", { name: "Why is this here?" }));
  expect(await screen.findByText(/Its subject names this ticket/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Move …" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Move this message" }));
  await userEvent.type(dialog.getByLabelText("Its number"), "#7");
  await userEvent.click(dialog.getByRole("button", { name: "Move" }));
  expect(await dialog.findByText("There is no ticket with this number.")).toBeVisible();
  await userEvent.click(dialog.getByLabelText("To a new ticket"));
  await userEvent.click(dialog.getByRole("button", { name: "Move" }));
  await waitFor(() => expect(screen.queryByRole("dialog", { name: "Move this message" })).toBeNull());
  expect(seen.map(({ body }) => body)).toEqual([{ ticket_number: 7 }, { ticket_number: null }]);
});

test("an invitation is a card with what, when and where", async () => {
  const invitation = {
    summary: "Printer autopsy",
    start: "2026-11-23T09:00:00Z",
    end: "2026-11-23T10:30:00Z",
    organizer: "amira@nile.test",
    location: "Office",
    join_url: "javascript:alert(1)",
    attendees: ["mona@nile.test"],
  };
  show(message({ mail: mail({ invitation }) }));
  const card = within(await screen.findByRole("region", { name: "Invitation" }));
  expect(card.getByRole("heading", { name: "Printer autopsy" })).toBeVisible();
  expect(card.getByText(/23 November 2026/)).toBeVisible();
  // Only an address of the web is one to follow.
  expect(card.queryByRole("link")).toBeNull();
});

const envelope = (
  recipient: string,
  state: "accepted" | "bounced" | "queued" | "uncertain",
  undoable_until: string | null = null,
) => ({
  envelope_id: recipient,
  mail_id: "o1",
  recipient,
  state,
  detail: state === "bounced" ? "550 no such mailbox" : null,
  undecided: state === "uncertain",
  undoable_until,
});

test("under an answer stands who has it and who not", async () => {
  const delivery = [envelope("a@nile.test", "accepted"), envelope("b@nile.test", "bounced")];
  show(message({ author: mona, channel: "desk", mail: null, delivery }));
  expect(await screen.findByText("Mail accepted for a@nile.test")).toBeVisible();
  const lost = within(within(screen.getByRole("list", { name: "Delivery" })).getByRole("listitem"));
  expect(lost.getByText("Came back")).toBeVisible();
  expect(lost.getByText("550 no such mailbox")).toBeVisible();
});

test("for some seconds an answer can be taken back", async () => {
  const seen = serve({ "POST /api/v1/outbox/o1/undo": () => json({}) });
  const until = new Date(Date.now() + 9_500).toISOString();
  show(
    message({
      author: mona,
      channel: "desk",
      mail: null,
      delivery: [envelope("a@nile.test", "queued", until)],
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: /^Undo \(\d+\)$/ }));
  await waitFor(() => expect(seen.map(({ call }) => call)).toContain("POST /api/v1/outbox/o1/undo"));
});

test("of an answer in doubt somebody says what became of it", async () => {
  const seen = serve({ "POST /api/v1/outbox/envelopes/e1/confirm": () => json({}) });
  const doubtful = message({
    author: mona,
    channel: "desk",
    mail: null,
    delivery: [{ ...envelope("a@nile.test", "uncertain"), envelope_id: "e1" }],
  });
  expect(undecided([doubtful])?.recipients).toEqual(["a@nile.test"]);
  expect(undelivered([doubtful])).toBeNull();
  show(doubtful);
  expect(await screen.findByRole("button", { name: "Send again to a@nile.test" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "It arrived at a@nile.test" }));
  await waitFor(() =>
    expect(seen.map(({ call }) => call)).toContain("POST /api/v1/outbox/envelopes/e1/confirm"),
  );
});

test("the last answer was never got, unless the customer wrote since", () => {
  const lost = message({ author: mona, channel: "desk", delivery: [envelope("a@nile.test", "bounced")] });
  const note = message({ id: "n", author: mona, visibility: "internal" });
  expect(undelivered([lost, note])?.recipients).toEqual(["a@nile.test"]);
  expect(undelivered([lost, message({ id: "later" })])).toBeNull();
  expect(undelivered([lost, message({ id: "again", author: mona, delivery: [] })])).toBeNull();
});
