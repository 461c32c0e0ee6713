import { describe, expect, it } from "vitest";
import { formats } from "./formats";

const noon = "2026-11-20T12:00:00Z";

describe("times", () => {
  it("are those of the zone that somebody chose", () => {
    expect(formats("en", "Asia/Tokyo").time(noon)).toBe("21:00");
    expect(formats("en", "US/Eastern").time(noon)).toBe("07:00");
  });

  it("are UTC's, and say so, where the browser does not know the zone", () => {
    const { exact, time, timeZone } = formats("en", "America/Atlantis");
    expect([time(noon), timeZone]).toEqual(["12:00", "UTC"]);
    expect(exact(noon)).toContain("UTC");
  });
});
