import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { MonitoringPage } from "./MonitoringPage";
import type { Monitoring } from "./queries";

const list = "GET /api/v1/internal/monitoring";
const jobs = "GET /api/v1/internal/jobs";
const operator = {
  ...customer,
  person: null,
  organization: null,
  role: null,
  organizations: [],
  operator: true,
};

const hours = Array.from({ length: 25 }, (_, hour) => ({
  at: new Date(Date.UTC(2026, 10, 19, 10 + hour)).toISOString(),
  jobs: { completed: hour, failed: hour === 24 ? 3 : 0 },
  mail: { completed: 0, failed: 0 },
}));

const seen = (change: Partial<Monitoring> = {}): Monitoring => ({
  at: "2026-11-20T10:00:00Z",
  scope: "installation",
  version: "0.1.0",
  components: [
    { name: "database", status: "pass", observed_value: 0.4, observed_unit: "ms" },
    { name: "worker:sla", status: "fail", since: "2026-11-20T09:57:50Z", output: "Start atum-sla-worker." },
  ],
  workers: [
    {
      id: "w1",
      kind: "sla",
      host: "one",
      pid: 8,
      version: "0.1.0",
      started_at: "2026-11-20T09:00:00Z",
      heartbeat_age_seconds: 130,
      silent: true,
      failing: false,
    },
  ],
  queues: [
    { name: "jobs", waiting: 7, later: 1, running: 0, dead: 2, oldest_seconds: 61 },
    { name: "mail", waiting: 0, later: 0, running: 0, dead: 0, oldest_seconds: null },
    { name: "outgoing_mail", waiting: 4, later: 0, running: null, dead: null, oldest_seconds: 5 },
  ],
  counted_in_part: false,
  hours,
  mail_channels: [],
  backups: {
    full: null,
    drill: null,
    archive: null,
    since: [
      {
        kind: "full",
        outcome: "failed",
        started_at: "2026-11-20T08:00:00Z",
        finished_at: "2026-11-20T08:00:00Z",
        age_seconds: 7200,
        name: null,
        bytes: null,
        error: "the disk is full",
      },
    ],
  },
  isolation: {
    status: "pass",
    checked_at: "2026-11-20T09:30:00Z",
    tables_verified: 40,
    tables_total: 40,
    violations: [],
  },
  errors: [
    { source: "job", code: "send_reply", times: 3, last_at: "2026-11-20T09:00:00Z", organization: null },
  ],
  ...change,
});

const dead = {
  id: "0199a7c2-4f6b-7c31-9d0e-0000000000d1",
  kind: "send_reply",
  queue: "mail",
  state: "dead",
  organization: "nile",
  attempt: 20,
  max_attempts: 20,
  priority: 2,
  created_at: "2026-11-20T09:00:00Z",
  run_at: "2026-11-20T09:00:00Z",
  finished_at: "2026-11-20T09:00:00Z",
  heartbeat_age_seconds: null,
  last_reason: "550 …@… is unknown",
};

const noJobs = () => json({ items: [], next_cursor: null });

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("an operator sees workers, queues, backups and what is dead, and has it run again", async () => {
  const calls = serve({
    [list]: () => json(seen()),
    [jobs]: () => json({ items: [dead], next_cursor: null }),
    "POST /api/v1/internal/jobs/replay": () => json({ done: 1, refused: [], more: false }),
  });
  renderPage(<MonitoringPage />, operator);
  const services = within(await screen.findByRole("region", { name: "Services" }));
  const [first, second] = services.getAllByRole("listitem");
  expect(first).toHaveTextContent("Worker slaBrokenlast well 2m agoStart atum-sla-worker.");
  expect(second).toHaveTextContent("DatabaseWorksanswers in 0.4 ms");
  expect(services.getByText("1 part needs a look")).toBeVisible();
  const workers = within(await screen.findByRole("region", { name: "Workers" }));
  expect(workers.getByText("Silent")).toBeVisible();
  expect(workers.getByText("2m ago")).toBeVisible();
  const queues = within(screen.getByRole("region", { name: "Queues" }));
  expect(queues.getByRole("link", { name: "Dead: show 2 jobs" })).toHaveAttribute(
    "href",
    "/desk/jobs?state=dead&queue=jobs",
  );
  expect(screen.getByRole("img", { name: "Jobs in 24 hours: 300 done, 3 attempts failed" })).toBeVisible();
  const backups = within(screen.getByRole("region", { name: "Backups" }));
  expect(backups.getByText("No backup was ever restored to prove it")).toBeVisible();
  expect(backups.getByText("the disk is full")).toBeVisible();
  const letters = within(screen.getByRole("region", { name: "Dead letters" }));
  expect(await letters.findByText("550 …@… is unknown")).toBeVisible();
  await userEvent.click(letters.getByRole("button", { name: "Run again" }));
  await waitFor(() =>
    expect(calls.find(({ call }) => call === "POST /api/v1/internal/jobs/replay")?.body).toEqual({
      job_ids: [dead.id],
    }),
  );
});

test("the chart is a table for those who would rather read", async () => {
  serve({ [list]: () => json(seen()), [jobs]: noJobs });
  renderPage(<MonitoringPage />, operator);
  await screen.findByRole("img", { name: /^Jobs in 24 hours/ });
  await userEvent.click(screen.getAllByRole("button", { name: /table/i })[0] as HTMLElement);
  const rows = within(screen.getAllByRole("table", { name: "" })[1] as HTMLElement).getAllByRole("row");
  expect(rows).toHaveLength(26);
  expect(rows[1]).toHaveTextContent(/243$/);
});

test("an admin sees the own organization and nothing of the installation", async () => {
  const own = { scope: "organization" as const, components: [], workers: [], backups: null, isolation: null };
  serve({ [list]: () => json(seen(own)), [jobs]: noJobs });
  renderPage(<MonitoringPage />, { ...customer, role: "admin" });
  expect(await screen.findByText("Nile")).toBeVisible();
  for (const name of ["Services", "Workers", "Backups", "Isolation of organizations"]) {
    expect(screen.queryByRole("region", { name })).toBeNull();
  }
});

test("when no answer comes the page turns grey and says so, and is itself again by the next", async () => {
  let away = false;
  serve({ [list]: () => (away ? problem(503, "unavailable") : json(seen())), [jobs]: noJobs });
  renderPage(<MonitoringPage />, operator);
  const region = await screen.findByRole("region", { name: "Queues" });
  expect(region.closest("[data-stale]")).toBeNull();
  away = true;
  await act(() => vi.advanceTimersByTimeAsync(26_000));
  expect(screen.getByText(/No answer for a while/)).toBeVisible();
  expect(screen.getByRole("region", { name: "Queues" }).closest("[data-stale]")).not.toBeNull();
  away = false;
  await act(() => vi.advanceTimersByTimeAsync(6_000));
  await waitFor(() => expect(screen.queryByText(/No answer for a while/)).toBeNull());
});
