import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { QueuedJob } from "@/lib/operation/jobs";
import { customer, json, renderPage, serve } from "@/lib/test/page";
import { filtersOf } from "./filters";
import { JobsPage } from "./JobsPage";

afterEach(() => vi.unstubAllGlobals());

const list = "GET /api/v1/internal/jobs";
const admin = { ...customer, role: "admin" as const };
const at = "2026-11-20T10:00:00Z";

const job = (id: string, change: Partial<QueuedJob> = {}): QueuedJob => ({
  id: `0199a7c2-4f6b-7c31-9d0e-00000000${id}`,
  kind: "send_reply",
  queue: "mail",
  state: "dead",
  organization: null,
  attempt: 20,
  max_attempts: 20,
  priority: 2,
  created_at: at,
  run_at: at,
  finished_at: at,
  heartbeat_age_seconds: null,
  last_reason: "the server said no",
  ...change,
});

test("the chosen dead letters run again together", async () => {
  const [one, two] = [job("0001"), job("0002")];
  const seen = serve({
    [list]: () => json({ items: [one, two, job("0003")], next_cursor: null }),
    "POST /api/v1/internal/jobs/replay": () => json({ done: 2, refused: [], more: false }),
  });
  renderPage(<JobsPage />, admin);
  await userEvent.click(await screen.findByRole("checkbox", { name: "Choose send_reply 00000001" }));
  await userEvent.click(screen.getByRole("checkbox", { name: "Choose send_reply 00000002" }));
  expect(screen.getByText("2 chosen")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Run again" }));
  await waitFor(() =>
    expect(seen.find(({ call }) => call.startsWith("POST"))?.body).toEqual({ job_ids: [one.id, two.id] }),
  );
  await waitFor(() => expect(screen.queryByText(/chosen/)).toBeNull());
});

test("laying aside cannot be taken back, and is asked for", async () => {
  const seen = serve({
    [list]: () => json({ items: [job("0001")], next_cursor: null }),
    "POST /api/v1/internal/jobs/discard": () => json({ done: 1, refused: [], more: false }),
  });
  renderPage(<JobsPage />, admin);
  await userEvent.click(await screen.findByRole("checkbox", { name: "All on this page" }));
  await userEvent.click(screen.getByRole("button", { name: "Lay aside" }));
  expect(seen.some(({ call }) => call.startsWith("POST"))).toBe(false);
  const dialog = within(await screen.findByRole("dialog", { name: "Lay aside?" }));
  await userEvent.click(dialog.getByRole("button", { name: "Lay aside" }));
  await waitFor(() => expect(seen.some(({ call }) => call.startsWith("POST"))).toBe(true));
});

test("one job tells its attempts and its ids", async () => {
  const dead = job("0001");
  serve({
    [list]: () => json({ items: [dead], next_cursor: null }),
    [`GET /api/v1/internal/jobs/${dead.id}`]: () =>
      json({
        ...dead,
        attempts: [
          { attempt: 1, reason: "the server said no", replayed_at: null },
          { attempt: null, reason: null, replayed_at: at },
        ],
        payload: { message_id: "0199a7c2-4f6b-7c31-9d0e-0000000000aa", subject: null },
        unique: false,
        deadline_seconds: 300,
        worker: null,
      }),
  });
  renderPage(<JobsPage />, admin);
  await userEvent.click(await screen.findByRole("button", { name: /^send_reply/ }));
  const dialog = within(await screen.findByRole("dialog", { name: "send_reply" }));
  expect(dialog.getByText("the server said no")).toBeVisible();
  expect(dialog.getByText(/^Run again:/)).toBeVisible();
  expect(dialog.getByText(/"message_id": "0199a7c2-4f6b-7c31-9d0e-0000000000aa"/)).toBeVisible();
  expect(dialog.getByText("5m")).toBeVisible();
});

test("what it is narrowed to stands in what the server is asked", async () => {
  const asked: string[] = [];
  serve({
    [list]: (request) => {
      asked.push(new URL(request.url).search);
      return json({ items: [], next_cursor: null });
    },
  });
  renderPage(<JobsPage />, admin);
  expect(await screen.findByText("No dead letters")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("State"), "running");
  expect(await screen.findByText("Nothing runs just now")).toBeVisible();
  await userEvent.type(screen.getByLabelText("Kind"), "send_reply{Enter}");
  expect(await screen.findByText("No such job")).toBeVisible();
  expect(asked).toEqual([
    "?state=dead&limit=50",
    "?state=running&limit=50",
    "?state=running&limit=50&kind=send_reply",
  ]);
});

test("an address that means nothing shows the dead letters", () => {
  expect(filtersOf({ state: "asleep", queue: "bread", kind: 7 })).toEqual({ state: "dead" });
  expect(filtersOf({ state: "running", queue: "mail", kind: "x" })).toEqual({
    state: "running",
    queue: "mail",
    kind: "x",
  });
});
