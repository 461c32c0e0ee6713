import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration";

const eightHours = 480;

describe("parseDuration", () => {
  test.each([
    ["4h", 240],
    ["30m", 30],
    ["1d 2h", 600],
    ["1d2h15m", 615],
    ["1.5h", 90],
    ["1,5 Std", 90],
    ["2 Tage", 960],
    ["٤ س", 240],
    ["١ يوم ٣٠ د", 510],
    [" 90 MIN ", 90],
  ])("reads %s as %i minutes", (text, minutes) => {
    expect(parseDuration(text, eightHours)).toBe(minutes);
  });

  test("takes the calendar's working day for d", () => {
    expect(parseDuration("1d", 1440)).toBe(1440);
    expect(parseDuration("1d", 450)).toBe(450);
  });

  test.each(["", "4", "h", "0m", "-4h", "4h and", "4 weeks", "1h 30", "0.51m", "4hh", "four h"])(
    "refuses “%s”",
    (text) => {
      expect(parseDuration(text, eightHours)).toBeNull();
    },
  );
});

describe("formatDuration", () => {
  test.each([
    [0, "0m"],
    [30, "30m"],
    [60, "1h"],
    [615, "10h 15m"],
  ])("writes %i minutes as %s", (minutes, text) => {
    expect(formatDuration(minutes)).toBe(text);
  });

  test("what it writes is read back the same", () => {
    for (let minutes = 1; minutes < 3000; minutes += 7) {
      expect(parseDuration(formatDuration(minutes), eightHours)).toBe(minutes);
    }
  });
});
