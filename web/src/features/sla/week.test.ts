import { expect, test } from "vitest";
import { completeTime, weekdayName, weekdays } from "./week";

test("times are written out as people begin them", () => {
  expect(["9", "930", "17", "9:30", "24", "08.15", "24:00"].map(completeTime)).toEqual([
    "09:00",
    "09:30",
    "17:00",
    "09:30",
    "24:00",
    "08:15",
    "24:00",
  ]);
  expect(["", "noon", "25", "12345"].map(completeTime)).toEqual(["", "noon", "25", "12345"]);
});

test("a week has seven different days and Monday is the first of ISO", () => {
  expect(weekdays("de")).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(new Set(weekdays("ar")).size).toBe(7);
  expect(weekdayName("de", 1)).toBe("Montag");
  expect(weekdayName("en", 7)).toBe("Sunday");
});
