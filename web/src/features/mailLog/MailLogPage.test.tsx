import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, renderPage, serve } from "@/lib/test/page";
import { MailLogPage } from "./MailLogPage";
import type { LoggedMail } from "./queries";

afterEach(() => vi.unstubAllGlobals());

const admin = { ...customer, role: "admin" as const };
const list = "GET /api/v1/mail-log";

const mail = (id: string, change: Partial<LoggedMail> = {}): LoggedMail => ({
  id,
  channel_id: "c1",
  channel_name: "Support",
  received_at: "2026-11-20T10:00:00Z",
  from: "amira@nile.test",
  subject: `Mail ${id}`,
  bytes: 2048,
  outcome: "accepted",
  reason: null,
  attempts: 1,
  ticket: null,
  message_id: null,
  ...change,
});

const detail = (logged: LoggedMail, change = {}) =>
  json({
    ...logged,
    sha256: "9f86d081",
    folder: "INBOX",
    uid: 812,
    envelope_from: "amira@nile.test",
    envelope_to: ["support@nile.test"],
    last_error: null,
    original_id: null,
    ...change,
  });

const server = (more: Parameters<typeof serve>[0]) =>
  serve({ "GET /api/v1/mail-channels": () => json([{ id: "c1", name: "Support" }]), ...more });

test("every mail says what became of it and why, and leads to its ticket", async () => {
  const ticket = { id: "t", number: 42, subject: "Gate", status: "new" as const };
  const failed = mail("2", { outcome: "failed", reason: "Reading it took longer than 30 s.", subject: "" });
  server({ [list]: () => json({ items: [mail("1", { ticket }), failed], next_cursor: null }) });
  renderPage(<MailLogPage />, admin);
  const [, accepted, other] = await screen.findAllByRole("row");
  expect(within(accepted as HTMLElement).getByText("Taken in")).toBeVisible();
  expect(within(accepted as HTMLElement).getByRole("link", { name: "#42" })).toHaveAttribute(
    "href",
    "/desk/tickets/42",
  );
  expect(within(other as HTMLElement).getByRole("button", { name: "(no subject)" })).toBeVisible();
  expect(within(other as HTMLElement).getByText("Reading it took longer than 30 s.")).toBeVisible();
});

test("what it is narrowed to and the next page stand in what the server is asked", async () => {
  const asked: string[] = [];
  server({
    [list]: (request) => {
      const { search } = new URL(request.url);
      asked.push(search);
      const next = search.includes("cursor") ? null : "later";
      return json({ items: [mail(String(asked.length))], next_cursor: next });
    },
  });
  renderPage(<MailLogPage />, admin);
  await screen.findByText("Mail 1");
  await userEvent.click(screen.getByRole("button", { name: "Load more" }));
  await screen.findByText("Mail 2");
  await userEvent.selectOptions(screen.getByLabelText("Outcome"), "failed");
  await waitFor(() => expect(asked).toHaveLength(3));
  expect(asked).toEqual(["?limit=50", "?limit=50&cursor=later", "?limit=50&outcome=failed"]);
});

test("a mail that failed can be downloaded and processed again", async () => {
  const failed = mail("7", { outcome: "failed" });
  const seen = server({
    [list]: () => json({ items: [failed], next_cursor: null }),
    "GET /api/v1/mail-log/7": () => detail(failed, { last_error: "The date is from the year 40000." }),
    "POST /api/v1/mail-log/7/process": () => json(failed),
  });
  renderPage(<MailLogPage />, admin);
  await userEvent.click(await screen.findByRole("button", { name: "Mail 7" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Mail 7" }));
  expect(await dialog.findByText("The date is from the year 40000.")).toBeVisible();
  expect(dialog.getByRole("link", { name: "Download the mail" })).toHaveAttribute(
    "href",
    "/api/v1/mail-log/7/raw",
  );
  await userEvent.click(dialog.getByRole("button", { name: "Process again" }));
  await waitFor(() => expect(seen.map(({ call }) => call)).toContain("POST /api/v1/mail-log/7/process"));
});

test("a mail that came twice leads to the first one, and is not processed again", async () => {
  const double = mail("9", { outcome: "duplicate" });
  server({
    [list]: () => json({ items: [double], next_cursor: null }),
    "GET /api/v1/mail-log/9": () => detail(double, { original_id: "1" }),
    "GET /api/v1/mail-log/1": () => detail(mail("1")),
  });
  renderPage(<MailLogPage />, admin);
  await userEvent.click(await screen.findByRole("button", { name: "Mail 9" }));
  const original = await screen.findByRole("button", { name: "the mail that came first" });
  expect(screen.queryByRole("button", { name: "Process again" })).toBeNull();
  await userEvent.click(original);
  expect(await screen.findByRole("dialog", { name: "Mail 1" })).toBeVisible();
});
