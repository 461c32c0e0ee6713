import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { SignInPage } from "./SignInPage";

const create = "POST /api/v1/session";

afterEach(() => vi.unstubAllGlobals());

async function signIn() {
  await userEvent.type(await screen.findByLabelText("E-mail"), "amira@example.test");
  await userEvent.type(screen.getByLabelText("Password"), "copper lantern");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

test("a customer lands in the portal", async () => {
  const seen = serve({ [create]: () => json(customer) });
  const { router } = renderPage(<SignInPage />, null);
  await signIn();
  await waitFor(() => expect(router.state.location.pathname).toBe("/portal"));
  expect(seen[0]?.body).toEqual({ email: "amira@example.test", password: "copper lantern" });
});

test("says how many seconds to wait when there were too many attempts", async () => {
  const body = { type: "/problems/throttled", title: "Too many attempts", status: 429 };
  serve({ [create]: () => Response.json(body, { status: 429, headers: { "Retry-After": "42" } }) });
  renderPage(<SignInPage />, null);
  await signIn();
  expect(await screen.findByRole("alert")).toHaveTextContent("Try again in 42 seconds.");
});

test("a password can be looked at", async () => {
  serve({});
  renderPage(<SignInPage />, null);
  const password = await screen.findByLabelText("Password");
  expect(password).toHaveAttribute("type", "password");
  await userEvent.click(screen.getByRole("button", { name: "Show" }));
  expect(password).toHaveAttribute("type", "text");
});

test("somebody in two organizations is asked for one of them", async () => {
  const organizations = [
    ...customer.organizations,
    { id: "delta", slug: "delta", name: "Delta", role: "agent" as const },
  ];
  serve({ [create]: () => json({ ...customer, organizations }) });
  const { router } = renderPage(<SignInPage />, null);
  await signIn();
  expect(await screen.findByRole("heading", { name: "Which organization?" })).toBeVisible();
  expect(screen.getByRole("button", { name: /Delta/ })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: /Nile/ }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/portal"));
});

const confirm = "POST /api/v1/session/second-factor";
const choice = "GET /api/v1/session/second-factor";

test("an account with a second factor is asked for a code, and told when it is wrong", async () => {
  const answers = [
    problem(422, "validation", { errors: [{ pointer: "#/code", code: "wrong", detail: "no" }] }),
    json(customer),
  ];
  const seen = serve({
    [create]: () => problem(401, "second-factor-needed"),
    [choice]: () => json({ code: true, passkey: false }),
    [confirm]: () => answers.shift() as Response,
  });
  const { router } = renderPage(<SignInPage />, null);
  await signIn();
  const code = await screen.findByLabelText("Code");
  expect(code).toHaveFocus();
  await userEvent.type(code, "123456{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This code does not work now.");
  await userEvent.clear(code);
  await userEvent.type(code, "654321{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/portal"));
  const given = seen.filter(({ call }) => call === confirm).map(({ body }) => body);
  expect(given).toEqual([{ code: "123456" }, { code: "654321" }]);
});

test("a code that came too late leads back to the password", async () => {
  serve({
    [create]: () => problem(401, "second-factor-needed"),
    [choice]: () => json({ code: true, passkey: false }),
    [confirm]: () => problem(401, "unauthenticated"),
  });
  renderPage(<SignInPage />, null);
  await signIn();
  await userEvent.type(await screen.findByLabelText("Code"), "123456{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("The password was given too long ago.");
  await userEvent.click(screen.getByRole("button", { name: "Start again" }));
  expect(screen.getByLabelText("Password")).toBeVisible();
});

/** A browser that offers passkeys, and a person who gives theirs. */
function passkeys(get: () => Promise<unknown>) {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("navigator", { ...window.navigator, language: "en", credentials: { get } });
}

const question = { ceremony: "c", options: { challenge: "AQI", rpId: "localhost", allowCredentials: [] } };
const one = new Uint8Array([1]).buffer;
const credential = {
  id: "AQ",
  rawId: one,
  type: "public-key",
  response: { clientDataJSON: one, authenticatorData: one, signature: one, userHandle: one },
};

test("a passkey alone signs in", async () => {
  passkeys(() => Promise.resolve(credential));
  const seen = serve({
    "POST /api/v1/session/passkey/challenge": () => json(question),
    "POST /api/v1/session/passkey": () => json(customer),
  });
  const { router } = renderPage(<SignInPage />, null);
  await userEvent.click(await screen.findByRole("button", { name: "Sign in with a passkey" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/portal"));
  expect(seen.at(-1)?.body).toMatchObject({ ceremony: "c", credential: { rawId: "AQ" } });
});

test("says what became of a passkey that was not given, or not accepted", async () => {
  const answers = [
    () => Promise.reject(new DOMException("", "NotAllowedError")),
    () => Promise.resolve(credential),
  ];
  passkeys(() => (answers.shift() as () => Promise<unknown>)());
  serve({
    "POST /api/v1/session/passkey/challenge": () => json(question),
    "POST /api/v1/session/passkey": () => problem(401, "passkey-refused"),
  });
  renderPage(<SignInPage />, null);
  const button = await screen.findByRole("button", { name: "Sign in with a passkey" });
  await userEvent.click(button);
  expect(await screen.findByRole("alert")).toHaveTextContent("No passkey was given");
  await userEvent.click(button);
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("was not accepted"));
});

test("an account with passkeys alone is asked for one, or for a recovery code", async () => {
  passkeys(() => Promise.resolve(credential));
  const seen = serve({
    [create]: () => problem(401, "second-factor-needed"),
    [choice]: () => json({ code: false, passkey: true }),
    "POST /api/v1/session/second-factor/passkey": () => json(question),
    [confirm]: () => json(customer),
  });
  const { router } = renderPage(<SignInPage />, null);
  await signIn();
  expect(await screen.findByLabelText("Recovery code")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Use a passkey" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/portal"));
  const calls = seen.map(({ call }) => call);
  expect(calls.slice(1)).toEqual([choice, "POST /api/v1/session/second-factor/passkey", confirm]);
  expect(seen.at(-1)?.body).toMatchObject({ passkey: { ceremony: "c" } });
});
