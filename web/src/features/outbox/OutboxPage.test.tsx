import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, renderPage, serve } from "@/lib/test/page";
import { OutboxPage } from "./OutboxPage";
import type { Envelope, OutgoingMail } from "./queries";

afterEach(() => vi.unstubAllGlobals());

const manager = { ...customer, role: "manager" as const };
const list = "GET /api/v1/outbox";
const at = "2026-11-20T10:00:00Z";

const envelope = (recipient: string, change: Partial<Envelope> = {}): Envelope => ({
  id: `e-${recipient}`,
  recipient,
  kind: "to",
  state: "queued",
  server_reply: null,
  attempts: 0,
  next_attempt_at: null,
  last_error: null,
  ...change,
});

const mail = (change: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id: "m1",
  kind: "staff_replied",
  automatic: false,
  subject: "Re: Gate",
  from: "support@nile.test",
  ticket: null,
  message_id: null,
  created_at: at,
  send_after: at,
  undoable: false,
  envelopes: [envelope("amira@nile.test")],
  ...change,
});

const page = (items: OutgoingMail[], kept = false) => json({ items, next_cursor: null, kept });

test("each recipient has a state of its own, with what the server said", async () => {
  const again = new Date(Date.now() + 59.5 * 60_000).toISOString();
  serve({
    [list]: () =>
      page([
        mail({
          envelopes: [
            envelope("a@nile.test", { state: "accepted", server_reply: "250 queued as 4Y2" }),
            envelope("b@nile.test", {
              kind: "cc",
              state: "deferred",
              attempts: 3,
              last_error: "451 later",
              next_attempt_at: again,
            }),
          ],
        }),
      ]),
  });
  renderPage(<OutboxPage />, manager);
  const recipients = within(await screen.findByRole("list", { name: "Recipients" }));
  const [first, second] = recipients.getAllByRole("listitem").map((item) => within(item));
  expect(first?.getByText("Accepted")).toBeVisible();
  expect(first?.getByText("250 queued as 4Y2")).toBeVisible();
  expect(first?.queryByRole("button")).toBeNull();
  expect(second?.getByText("Cc")).toBeVisible();
  expect(second?.getByText("451 later")).toBeVisible();
  expect(second?.getByText("3 attempts, the next in 59 min")).toBeVisible();
});

test("nothing pretends to have been sent while there is no server to send by", async () => {
  serve({ [list]: () => page([mail({ envelopes: [envelope("a@nile.test", { state: "kept" })] })], true) });
  renderPage(<OutboxPage />, manager);
  expect(await screen.findByText(/No mail server is set up, so nothing is sent/)).toBeVisible();
  expect(within(screen.getByRole("list", { name: "Recipients" })).getByText("Not sent")).toBeVisible();
  // Managers look; connecting a mailbox is the administrators'.
  expect(screen.queryByRole("link", { name: "Connect a mailbox" })).toBeNull();
});

test("a mail that has not left can be stopped, one that came back is sent again", async () => {
  const seen = serve({
    [list]: () =>
      page([
        mail({ undoable: true }),
        mail({ id: "m2", envelopes: [envelope("b@nile.test", { state: "bounced" })] }),
      ]),
    "POST /api/v1/outbox/m1/undo": () => json(mail()),
    "POST /api/v1/outbox/envelopes/e-b@nile.test/send-again": () => json(mail()),
  });
  renderPage(<OutboxPage />, manager);
  await userEvent.click(await screen.findByRole("button", { name: "Do not send" }));
  await userEvent.click(screen.getByRole("button", { name: "Send again to b@nile.test" }));
  await waitFor(() => expect(seen.filter(({ call }) => call.startsWith("POST"))).toHaveLength(2));
});

test("a mail is shown as its recipients get it, its headers too", async () => {
  serve({
    [list]: () => page([mail()]),
    "GET /api/v1/outbox/m1": () =>
      json({
        ...mail(),
        headers: [["Message-ID", "<t.42@nile.test>"]],
        text: "We come on Tuesday.",
        html: "<p>We come on Tuesday.</p>",
      }),
  });
  renderPage(<OutboxPage />, manager);
  await userEvent.click(await screen.findByRole("button", { name: "Re: Gate" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Re: Gate" }));
  const shown = await dialog.findByTitle("The mail as its recipients see it");
  expect(shown).toHaveAttribute("sandbox", expect.not.stringContaining("allow-scripts"));
  expect(shown).toHaveAttribute("src", "/api/v1/outbox/m1/html");
  await userEvent.click(dialog.getByRole("button", { name: "Plain text" }));
  expect(dialog.getByText("We come on Tuesday.")).toBeVisible();
  expect(dialog.getByText("<t.42@nile.test>")).toBeInTheDocument();
});
