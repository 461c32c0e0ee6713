import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, renderPage, serve } from "@/lib/test/page";
import { SecondFactor } from "./SecondFactor";

const address = "/api/v1/profile/second-factor";
const passkeysAt = "GET /api/v1/profile/passkeys";
const on = { enrolled_at: "2026-11-20T10:00:00Z", recovery_codes_left: 1 };
const off = { enrolled_at: null, recovery_codes_left: 0 };
const origin = window.location.origin;
const none = { origin, domain: "localhost", passkeys: [] };
const telephone = {
  id: "0199a7c2-4f6b-7c31-9d0e-0000000000bb",
  name: "Telephone",
  created_at: "2026-11-19T10:00:00Z",
  last_used_at: null,
  backup_eligible: true,
  backed_up: true,
  domain: "localhost",
  suspected_at: null,
};

afterEach(() => vi.unstubAllGlobals());

test("a program is set up with password, secret and first code, and shows the recovery codes once", async () => {
  let state: object = off;
  serve({
    [`GET ${address}`]: () => json(state),
    [passkeysAt]: () => json(none),
    [`POST ${address}`]: () =>
      json({ secret: "ABCDEFGH", address: "otpauth:", picture: { size: 21, path: "M0 0h1v1h-1z" } }),
    [`PUT ${address}`]: () => {
      state = on;
      return json({ recovery_codes: ["aaaa-bbbb-cccc-dddd"] });
    },
  });
  renderPage(<SecondFactor />);
  await userEvent.click(await screen.findByRole("button", { name: "Set up" }));
  await userEvent.type(screen.getByLabelText("Present password"), "copper lantern{Enter}");
  expect(await screen.findByText("ABCD EFGH")).toBeVisible();
  expect(screen.getByRole("img", { name: /QR code/ })).toBeVisible();
  await userEvent.type(screen.getByLabelText("Code that the program shows"), "123456{Enter}");
  expect(await screen.findByText("aaaa-bbbb-cccc-dddd")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "I have kept them" }));
  expect(await screen.findByText(/1 recovery code is left/)).toBeVisible();
  expect(screen.queryByText("aaaa-bbbb-cccc-dddd")).toBeNull();
});

test("the program is removed with both factors only", async () => {
  const wrong = { errors: [{ pointer: "#/code", code: "wrong", detail: "no" }] };
  const answers = [problem(422, "validation", wrong), new Response(null, { status: 204 })];
  const seen = serve({
    [`GET ${address}`]: () => json(on),
    [passkeysAt]: () => json(none),
    [`POST ${address}/removal`]: () => answers.shift() as Response,
  });
  renderPage(<SecondFactor />);
  await userEvent.click(await screen.findByRole("button", { name: "Remove the program" }));
  await userEvent.type(screen.getByLabelText("Present password"), "copper lantern");
  await userEvent.type(screen.getByLabelText("Code"), "000000{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This code does not work now.");
  await userEvent.type(screen.getByLabelText("Code"), "1{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const removal = seen.filter(({ call }) => call === `POST ${address}/removal`).at(-1);
  expect(removal?.body).toEqual({ current_password: "copper lantern", code: "0000001" });
});

test("passkeys stand there with what is known of them, and say why they do not work", async () => {
  const elsewhere = { ...telephone, id: "b", name: "Old key", domain: "desk.example" };
  const copied = { ...telephone, id: "c", name: "Copied", suspected_at: "2026-11-20T10:00:00Z" };
  serve({
    [`GET ${address}`]: () => json({ enrolled_at: null, recovery_codes_left: 10 }),
    [passkeysAt]: () => json({ ...none, passkeys: [telephone, elsewhere, copied] }),
  });
  renderPage(<SecondFactor />);
  const rows = await screen.findAllByRole("listitem");
  expect(within(rows[0] as HTMLElement).getByText("synchronized between devices")).toBeVisible();
  expect(within(rows[0] as HTMLElement).queryByText(/only at/)).toBeNull();
  expect(within(rows[1] as HTMLElement).getByText("only at desk.example")).toBeVisible();
  expect(within(rows[2] as HTMLElement).getByRole("alert")).toHaveTextContent("somebody may have a copy");
  expect(screen.getByText(/10 recovery codes are left/)).toBeVisible();
});

test("a passkey is added: password, the browser's dialog, recovery codes", async () => {
  const made = new Uint8Array([1]).buffer;
  const create = vi.fn(async () => ({
    id: "AQ",
    rawId: made,
    type: "public-key",
    response: { clientDataJSON: made, attestationObject: made, getTransports: () => ["internal"] },
  }));
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("navigator", {
    ...window.navigator,
    language: "en",
    userAgent: "x",
    credentials: { create },
  });
  const user = { id: "AQ", name: "a", displayName: "a" };
  const seen = serve({
    [`GET ${address}`]: () => json(off),
    [passkeysAt]: () => json(none),
    "POST /api/v1/profile/passkeys/challenge": () =>
      json({ ceremony: "c", options: { challenge: "AQ", user, excludeCredentials: [] } }),
    "POST /api/v1/profile/passkeys": () =>
      json({ passkey: telephone, recovery_codes: ["aaaa-bbbb-cccc-dddd"] }, 201),
  });
  renderPage(<SecondFactor />);
  await userEvent.click(await screen.findByRole("button", { name: "Add a passkey" }));
  const name = screen.getByLabelText("Name of the passkey");
  await userEvent.clear(name);
  await userEvent.type(name, "Blue key");
  await userEvent.type(screen.getByLabelText("Present password"), "copper lantern{Enter}");
  expect(await screen.findByText("aaaa-bbbb-cccc-dddd")).toBeVisible();
  const posted = seen.filter(({ call }) => call.startsWith("POST")).map(({ body }) => body);
  expect(posted[0]).toEqual({ current_password: "copper lantern" });
  expect(posted[1]).toMatchObject({ ceremony: "c", name: "Blue key", credential: { rawId: "AQ" } });
});

test("at another address than the installation's it says where passkeys are made", async () => {
  serve({
    [`GET ${address}`]: () => json(off),
    [passkeysAt]: () => json({ ...none, origin: "https://desk.example" }),
  });
  renderPage(<SecondFactor />);
  expect(await screen.findByRole("link", { name: "https://desk.example" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
});
