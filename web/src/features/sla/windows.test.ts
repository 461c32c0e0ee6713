import { describe, expect, test } from "vitest";
import { minuteOfDay, type Window, weekMinutes, windowFault, workingDayMinutes } from "./windows";

const day = (weekday: number, from: string, to: string): Window => ({ weekday, from, to });
const office = [1, 2, 3, 4].flatMap((weekday) => [
  day(weekday, "09:00", "12:00"),
  day(weekday, "13:00", "18:00"),
]);
const week = [...office, day(5, "09:00", "15:00")];

test("reads times up to the end of the day", () => {
  expect(minuteOfDay("00:00")).toBe(0);
  expect(minuteOfDay("24:00")).toBe(1440);
  expect(minuteOfDay("24:01")).toBeNull();
  expect(minuteOfDay("09:60")).toBeNull();
  expect(minuteOfDay("9:00")).toBeNull();
});

test("a working day is as long as most of them are", () => {
  expect(workingDayMinutes(week)).toBe(480);
  expect(workingDayMinutes([day(6, "10:00", "14:00"), day(7, "10:00", "12:00")])).toBe(240);
  expect(weekMinutes(week)).toBe(4 * 480 + 360);
});

describe("windowFault", () => {
  test("finds times that are none, that run backwards, that overlap", () => {
    expect(windowFault(day(1, "09:00", ""), [])).toBe("not_a_time");
    expect(windowFault(day(1, "17:00", "09:00"), [])).toBe("ends_before_it_starts");
    expect(windowFault(day(1, "11:00", "14:00"), office)).toBe("overlaps");
  });

  test("windows may touch, and other days do not matter", () => {
    expect(windowFault(day(1, "12:00", "13:00"), office)).toBeNull();
    expect(windowFault(day(6, "09:00", "12:00"), office)).toBeNull();
  });
});
