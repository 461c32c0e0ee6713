import { describe, expect, test } from "vitest";
import { type CalendarForm, calendarShape } from "./calendarForm";
import { isSame, merge } from "./merge";
import { type PolicyForm, policyChange, policyShape } from "./policyForm";

const base: PolicyForm = {
  name: "Standard",
  calendar_id: "c1",
  warn_percent: "80",
  targets: { "high.resolution": "16h", "low.resolution": "80h" },
};

describe("merge of policies", () => {
  test("takes over what only the other side changed and keeps mine", () => {
    const mine = { ...base, warn_percent: "75" };
    const theirs = { ...base, targets: { ...base.targets, "high.resolution": "12h" } };
    const { merged, conflicts } = merge(policyShape, base, mine, theirs);
    expect(merged).toEqual({ ...theirs, warn_percent: "75" });
    expect(conflicts).toEqual([]);
  });

  test("names what both changed and leaves mine until I choose", () => {
    const mine = { ...base, targets: { ...base.targets, "high.resolution": "8h" } };
    const theirs = { ...base, targets: { ...base.targets, "high.resolution": "12h" } };
    const { merged, conflicts } = merge(policyShape, base, mine, theirs);
    expect(conflicts).toEqual(["high.resolution"]);
    expect(merged.targets["high.resolution"]).toBe("8h");
    expect(policyShape.take(merged, theirs, "high.resolution")).toEqual(theirs);
  });

  test("the same change on both sides is no conflict", () => {
    const same = { ...base, name: "Gold" };
    expect(merge(policyShape, base, same, { ...same }).conflicts).toEqual([]);
  });
});

describe("merge of calendars", () => {
  const week: CalendarForm = {
    name: "Office",
    time_zone: "Africa/Cairo",
    windows: [{ weekday: 1, from: "09:00", to: "17:00" }],
    holidays: [{ day: "2026-12-25", name: "Christmas" }],
  };

  test("a weekday and a holiday each are one value", () => {
    const mine = { ...week, windows: [...week.windows, { weekday: 2, from: "09:00", to: "12:00" }] };
    const theirs = { ...week, holidays: [] };
    const { merged, conflicts } = merge(calendarShape, week, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(merged.holidays).toEqual([]);
    expect(merged.windows).toHaveLength(2);
  });

  test("the order in which windows were typed does not matter", () => {
    const split = [
      { weekday: 1, from: "09:00", to: "12:00" },
      { weekday: 1, from: "13:00", to: "17:00" },
    ];
    const one = { ...week, windows: split };
    expect(isSame(calendarShape, one, { ...week, windows: split.toReversed() })).toBe(true);
    expect(isSame(calendarShape, one, week)).toBe(false);
  });
});

test("a policy is sent in minutes, or not at all while a field says nothing", () => {
  const cells = ["urgent", "high", "normal", "low"].flatMap((priority) =>
    ["first_response", "next_response", "resolution"].map((metric) => [`${priority}.${metric}`, "1d"]),
  );
  const form = { ...base, targets: Object.fromEntries(cells) as Record<string, string> };
  expect(policyChange(form, 480)?.targets[0]).toMatchObject({ priority: "urgent", resolution_minutes: 480 });
  expect(policyChange({ ...form, warn_percent: "100" }, 480)).toBeNull();
  expect(policyChange({ ...form, targets: { ...form.targets, "low.resolution": "soon" } }, 480)).toBeNull();
});
