import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { client } from "@/api/client";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { ActingBar } from "./ActingBar";

const end = "DELETE /api/v1/session/impersonation";
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const acting = () => ({
  ...customer,
  impersonation: {
    impersonator: { id: "0199a7c2-4f6b-7c31-9d0e-000000000009", name: "Max", role: "admin" as const },
    reason: "asked on the telephone",
    expires_at: inAnHour(),
  },
});

const assign = vi.fn();

beforeEach(() => {
  vi.stubGlobal("location", { ...window.location, origin: "http://localhost:3000", assign });
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
});

afterEach(() => {
  vi.unstubAllGlobals();
  assign.mockReset();
});

test("nobody who is themselves sees a bar", async () => {
  serve({});
  renderPage(<ActingBar />);
  await waitFor(() => expect(screen.queryByRole("region")).toBeNull());
});

test("who acts as somebody is told so, and goes back by one press", async () => {
  const seen = serve({ [end]: () => json({ ...customer, role: "admin" }) });
  renderPage(<ActingBar />, acting());
  const bar = await screen.findByRole("region", { name: "Acting as somebody else" });
  expect(bar).toHaveTextContent(/You are acting as Amira Mansour until/);
  await userEvent.click(screen.getByRole("button", { name: "End" }));
  await waitFor(() => expect(assign).toHaveBeenCalledWith("/desk"));
  expect(seen.map(({ call }) => call)).toEqual([end]);
});

test("when it is over the page asks to go back, and does nothing else", async () => {
  const seen = serve({
    "GET /api/v1/tickets": () => problem(403, "impersonation-over"),
    [end]: () => json({ ...customer, role: "admin" }),
  });
  renderPage(<ActingBar />, acting());
  await screen.findByRole("region");
  await client.GET("/api/v1/tickets", { params: { query: {} } }).catch(() => undefined);
  const dialog = await screen.findByRole("dialog", { name: "Acting as somebody else is over" });
  expect(dialog).toHaveTextContent("You no longer act as Amira Mansour.");
  await userEvent.click(screen.getByRole("button", { name: "Back to my own work" }));
  await waitFor(() => expect(assign).toHaveBeenCalledWith("/desk"));
  expect(seen.at(-1)?.call).toBe(end);
});
