import { describe, expect, it } from "vitest";
import { filtersOf, queryOf } from "./filters";

describe("the filters in the address", () => {
  it("are read where they can be, and left out where they cannot", () => {
    const good = { kind: "signed_in", ticket: "42", since: "2026-11-20", until: "2026-11-20", ip: "192.0." };
    expect(filtersOf(good)).toEqual(good);
    expect(
      filtersOf({ kind: "<b>", actor: "me", ticket: "-1", since: "soon", until: "2026-13-01", q: "x" }),
    ).toEqual({});
  });

  it.each([
    ["UTC", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"],
    ["Africa/Cairo", "2026-11-19T22:00:00.000Z", "2026-11-20T22:00:00.000Z"],
    ["America/New_York", "2026-11-20T05:00:00.000Z", "2026-11-21T05:00:00.000Z"],
  ])("ask for whole days of the person's zone, the last one included: %s", (zone, since, until) => {
    expect(queryOf({ since: "2026-11-20", until: "2026-11-20" }, zone)).toEqual({ since, until });
  });

  it("know the day on which the clocks change", () => {
    const { since, until } = queryOf({ since: "2026-10-25", until: "2026-10-25" }, "Europe/Berlin");
    expect([since, until]).toEqual(["2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"]);
  });

  it("ask for a number of a ticket and leave out what is not given", () => {
    expect(queryOf({ ticket: "42" }, "UTC")).toEqual({ ticket: 42 });
  });
});
