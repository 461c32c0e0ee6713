import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { barOf } from "./clockBar";

const hour = 3_600_000;
const at = "2026-11-20T10:00:00Z";

function clock(change: Partial<Schemas["Clock"]>): Schemas["Clock"] {
  const explanation = { text: "", policy_name: "", calendar_name: "", time_zone: "UTC", steps: [] };
  const base = {
    id: "c",
    metric: "resolution",
    state: "running",
    target_minutes: 240,
    started_at: at,
  } as const;
  return {
    ...base,
    due_at: at,
    stopped_at: null,
    business_elapsed_ms: 0,
    segments: [],
    explanation,
    ...change,
  };
}

const outline = (change: Partial<Schemas["Clock"]>) =>
  barOf(clock(change)).map(({ tone, share }) => `${tone} ${share.toFixed(2)}`);

test("the bar is the target: used, then left", () => {
  expect(outline({ business_elapsed_ms: hour })).toEqual(["used 0.25", "left 0.75"]);
});

test("a pause is a notch between the stretches before and after it", () => {
  const segments = [{ cause: "pause" as const, at, due_at: null, business_ms: hour }];
  expect(outline({ business_elapsed_ms: 2 * hour, segments })).toEqual([
    "used 0.25",
    "paused 0.04",
    "used 0.25",
    "left 0.50",
  ]);
});

test("what is over the target fills the bar", () => {
  expect(outline({ state: "breached", business_elapsed_ms: 5 * hour })).toEqual(["breached 1.00"]);
});

test("what was kept at once still shows a mark", () => {
  expect(outline({ state: "met", stopped_at: at })).toEqual(["met 0.04", "left 1.00"]);
});
