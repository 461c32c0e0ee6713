import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, renderPage, serve } from "@/lib/test/page";
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
