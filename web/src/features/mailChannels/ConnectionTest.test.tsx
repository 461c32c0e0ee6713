import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, renderPage, serve } from "@/lib/test/page";
import { ConnectionTest } from "./ConnectionTest";
import { formOf } from "./channelForm";
import { nile } from "./nile";

afterEach(() => vi.unstubAllGlobals());

test("a test of the connection shows every step, and at the one that failed why", async () => {
  const asked: string[] = [];
  const seen = serve({
    "POST /api/v1/mail-channels/test": (request) => {
      asked.push(new URL(request.url).search);
      return json({
        imap: [
          { name: "resolve", ok: true, detail: null, took_ms: 3 },
          { name: "sign_in", ok: false, detail: "The server refused the password.", took_ms: 9 },
        ],
        smtp: [{ name: "greeting", ok: true, detail: "220 ready", took_ms: 4 }],
      });
    },
  });
  renderPage(<ConnectionTest form={{ ...formOf(nile), name: "Typed" }} id={nile.id} />, {
    ...customer,
    role: "admin",
  });
  await userEvent.click(await screen.findByRole("button", { name: "Test connection" }));
  const incoming = within(await screen.findByRole("list", { name: "Incoming mail" }));
  expect(incoming.getByText("Find the server: in order")).toBeVisible();
  expect(incoming.getByText("Sign in: failed")).toBeVisible();
  expect(incoming.getByText("The server refused the password.")).toBeVisible();
  const outgoing = within(screen.getByRole("list", { name: "Outgoing mail" }));
  expect(outgoing.getByText("Greeting: in order")).toBeVisible();
  expect(seen[0]?.body).toMatchObject({ name: "Typed" });
  expect(asked).toEqual([`?channel_id=${nile.id}`]);
});
