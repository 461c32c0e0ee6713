import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { MailTemplatesPage } from "./MailTemplatesPage";
import type { Template } from "./queries";

afterEach(() => vi.unstubAllGlobals());

const admin = { ...customer, role: "admin" as const };
const received = "/api/v1/mail-templates/ticket_received";

const template = (locale: string, change: Partial<Template> = {}) => ({
  kind: "ticket_received",
  locale,
  subject: `Subject ${locale}`,
  body: "Hello",
  customized: false,
  version: null,
  variables: [{ name: "ticket_number", example: "1042", required: false }],
  ...change,
});

const all = (own: Partial<Template> = {}) => json([template("en", own), template("ar"), template("de")]);
const preview = () =>
  json({ subject: "Seen", text: "Hello 1042", html: '<p style="color:red">Hello 1042 style=</p>' });

test("a place is put in, the preview follows, and saving names the version", async () => {
  const seen = serve({
    "GET /api/v1/mail-templates": () => all({ customized: true, version: 2 }),
    [`POST ${received}/en/preview`]: preview,
    [`PUT ${received}/en`]: () => json(template("en")),
  });
  renderPage(<MailTemplatesPage />, admin);
  const text = await screen.findByLabelText("Text");
  await userEvent.click(text);
  await userEvent.click(screen.getByRole("button", { name: "Insert ticket_number" }));
  expect(text).toHaveValue("Hello{{ticket_number}}");
  const region = within(screen.getByRole("region", { name: "Preview" }));
  // The page's policy allows no style in an attribute: none is written into the frame.
  expect(await region.findByTitle("Preview")).toHaveAttribute(
    "srcdoc",
    '<p data-style="color:red">Hello 1042 style=</p>',
  );
  await waitFor(() =>
    expect(seen.filter(({ call }) => call.endsWith("/preview")).at(-1)?.body).toEqual({
      subject: "Subject en",
      body: "Hello{{ticket_number}}",
    }),
  );
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() =>
    expect(seen.find(({ call }) => call.startsWith("PUT"))?.body).toEqual({
      subject: "Subject en",
      body: "Hello{{ticket_number}}",
      version: 2,
    }),
  );
});

test("what the words lack is said beside them", async () => {
  serve({
    "GET /api/v1/mail-templates": () => all(),
    [`POST ${received}/en/preview`]: () =>
      problem(422, "validation", { errors: [{ pointer: "#/body", detail: "there is no {{tiket}}" }] }),
  });
  renderPage(<MailTemplatesPage />, admin);
  expect(await screen.findByText("there is no {{tiket}}")).toBeVisible();
});

test("another language is another text; one's own can be given up", async () => {
  const seen = serve({
    "GET /api/v1/mail-templates": () => all({ customized: true, version: 2 }),
    [`POST ${received}/en/preview`]: preview,
    [`POST ${received}/ar/preview`]: preview,
    [`DELETE ${received}/en`]: () => new Response(null, { status: 204 }),
  });
  renderPage(<MailTemplatesPage />, admin);
  await userEvent.click(await screen.findByRole("button", { name: "Back to the usual text" }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Back to the usual text" }));
  await waitFor(() => expect(seen.map(({ call }) => call)).toContain(`DELETE ${received}/en`));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await userEvent.selectOptions(screen.getByLabelText("Language"), "ar");
  expect(await screen.findByLabelText("Subject")).toHaveValue("Subject ar");
  expect(screen.getByText("The usual text")).toBeVisible();
});
