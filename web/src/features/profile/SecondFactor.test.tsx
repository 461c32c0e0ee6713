import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, renderPage, serve } from "@/lib/test/page";
import { SecondFactor } from "./SecondFactor";

const address = "/api/v1/profile/second-factor";
const on = { enrolled_at: "2026-11-20T10:00:00Z", recovery_codes_left: 1 };

afterEach(() => vi.unstubAllGlobals());

test("is set up with password, secret and first code, and shows the recovery codes once", async () => {
  let state: object = { enrolled_at: null, recovery_codes_left: 0 };
  serve({
    [`GET ${address}`]: () => json(state),
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

test("is switched off with both factors only", async () => {
  const wrong = { errors: [{ pointer: "#/code", code: "wrong", detail: "no" }] };
  const answers = [problem(422, "validation", wrong), new Response(null, { status: 204 })];
  const seen = serve({
    [`GET ${address}`]: () => json(on),
    [`POST ${address}/removal`]: () => answers.shift() as Response,
  });
  renderPage(<SecondFactor />);
  await userEvent.click(await screen.findByRole("button", { name: "Switch off the second factor" }));
  await userEvent.type(screen.getByLabelText("Present password"), "copper lantern");
  await userEvent.type(screen.getByLabelText("Code"), "000000{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("This code does not work now.");
  await userEvent.type(screen.getByLabelText("Code"), "1{Enter}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(seen.at(-2)?.body).toEqual({ current_password: "copper lantern", code: "0000001" });
});
