import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { ChannelEditor } from "./ChannelEditor";
import { MailChannelsPage } from "./MailChannelsPage";
import { nile } from "./nile";

afterEach(() => vi.unstubAllGlobals());

const admin = { ...customer, role: "admin" as const };
const put = `PUT /api/v1/mail-channels/${nile.id}`;
const soon = () => new Date(Date.now() + 4.5 * 60_000).toISOString();

test("each channel says how it does, and what is wrong in a sentence", async () => {
  const retrying = {
    ...nile.state,
    name: "retrying" as const,
    detail: "The server refused the password.",
    next_attempt_at: soon(),
    backlog: 3,
    silent: true,
    sending_error: "Signing in: the server said 535 no",
    sending_error_since: "2026-11-20T10:00:00Z",
  };
  serve({
    "GET /api/v1/parked-addresses": () => json([]),
    "GET /api/v1/mail-channels": () => json([nile, { ...nile, id: "x", name: "Billing", state: retrying }]),
  });
  renderPage(<MailChannelsPage />, admin);
  const list = await screen.findByRole("list", { name: "Mailboxes" });
  const rows = within(list).getAllByRole("listitem");
  const [good, bad] = rows.map((row) => within(row));
  expect(good?.getByText("Works")).toBeVisible();
  expect(good?.queryByText(/Next attempt/)).toBeNull();
  expect(bad?.getByText("Trying again")).toBeVisible();
  expect(bad?.getByText("The server refused the password.")).toBeVisible();
  expect(bad?.getByText(/Next attempt in 4 min/)).toBeVisible();
  expect(bad?.getByText("3 mails wait to be read")).toBeVisible();
  expect(bad?.getByText("Silent")).toBeVisible();
  expect(bad?.getByText("Cannot send")).toBeVisible();
  expect(bad?.getByText("Signing in: the server said 535 no")).toBeVisible();
  expect(bad?.getByText(/No mail for 24 hours or longer/)).toBeVisible();
});

test("without a channel it says what would be here", async () => {
  serve({ "GET /api/v1/mail-channels": () => json([]), "GET /api/v1/parked-addresses": () => json([]) });
  renderPage(<MailChannelsPage />, admin);
  expect(await screen.findByRole("heading", { name: "No mailbox is connected" })).toBeVisible();
});

test("an address where mail never arrived can be released", async () => {
  const gone = { address: "gone@x.test", reason: "550 5.1.1 unknown", parked_at: "2026-11-20T10:00:00Z" };
  const seen = serve({
    "GET /api/v1/mail-channels": () => json([nile]),
    "GET /api/v1/parked-addresses": () => json([gone]),
    "POST /api/v1/parked-addresses/release": () => new Response(null, { status: 204 }),
  });
  renderPage(<MailChannelsPage />, admin);
  await userEvent.click(await screen.findByRole("button", { name: "Release gone@x.test" }));
  await waitFor(() =>
    expect(seen.find(({ call }) => call.startsWith("POST"))?.body).toEqual({ address: "gone@x.test" }),
  );
});

test("saving names the version, keeps the secrets, and says at the field what the server refuses", async () => {
  const seen = serve({
    [put]: () =>
      problem(422, "validation", { errors: [{ pointer: "#/imap/host", detail: "no such host is known" }] }),
  });
  renderPage(<ChannelEditor channel={nile} />, admin);
  const save = await screen.findByRole("button", { name: "Save" });
  expect(save).toBeDisabled();
  const [host] = screen.getAllByLabelText("Server");
  await userEvent.type(host as HTMLElement, "x");
  await userEvent.click(save);
  expect(await screen.findByText("no such host is known")).toBeVisible();
  const sent = seen.find(({ call }) => call === put);
  expect(sent?.headers.get("If-Match")).toBe('"3"');
  expect(sent?.body).toMatchObject({ imap: { host: "imap.nile.testx" } });
  expect(JSON.stringify(sent?.body)).not.toContain('"password":');
});

test("another kind of line brings its usual port; tokens ask where they come from", async () => {
  serve({});
  renderPage(<ChannelEditor channel={nile} />, admin);
  const [imapLine] = await screen.findAllByLabelText("Encryption");
  await userEvent.selectOptions(imapLine as HTMLElement, "starttls");
  expect(screen.getAllByLabelText("Port")[0]).toHaveValue("143");
  expect(screen.queryByLabelText("Token address")).toBeNull();
  const [imapSignIn] = screen.getAllByLabelText("Sign-in");
  await userEvent.selectOptions(imapSignIn as HTMLElement, "xoauth2");
  expect(screen.getByLabelText("Token address")).toBeVisible();
});

test("leaving with something unsaved asks first", async () => {
  serve({});
  const { router } = renderPage(<ChannelEditor channel={nile} />, admin);
  await userEvent.type(await screen.findByLabelText("Name"), " 2");
  void router.navigate({ to: "/elsewhere" });
  await screen.findByRole("dialog", { name: "Leave without saving?" });
  await userEvent.click(screen.getByRole("button", { name: "Stay here" }));
  expect(screen.getByLabelText("Name")).toHaveValue("Nile support 2");
  expect(router.state.location.pathname).toBe("/here");
  void router.navigate({ to: "/elsewhere" });
  await userEvent.click(await screen.findByRole("button", { name: "Leave" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/elsewhere"));
});

test("removing asks, and says what stays", async () => {
  const seen = serve({
    [`DELETE /api/v1/mail-channels/${nile.id}`]: () => new Response(null, { status: 204 }),
    "GET /api/v1/mail-channels": () => json([]),
  });
  renderPage(<ChannelEditor channel={nile} />, admin);
  await userEvent.click(await screen.findByRole("button", { name: "Remove mailbox" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Remove Nile support?" }));
  expect(dialog.getByText(/the mailbox itself stay/)).toBeVisible();
  expect(seen).toEqual([]);
  await userEvent.click(dialog.getByRole("button", { name: "Remove mailbox" }));
  await waitFor(() =>
    expect(seen.map(({ call }) => call)).toContain(`DELETE /api/v1/mail-channels/${nile.id}`),
  );
});
