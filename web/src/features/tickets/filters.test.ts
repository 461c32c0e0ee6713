import { describe, expect, it } from "vitest";
import { filtersOf, isNarrowed, queryOf, toggled } from "./filters";

describe("filters in the address", () => {
  it("are read as they are written", () => {
    const search = { status: "new,accepted", assignee: "me", priority: "high", sla: "breached", q: "gate 4" };
    expect(filtersOf(search)).toEqual(search);
  });

  it("leave out what they do not know, so that an old link still opens a list", () => {
    expect(filtersOf({ status: "new,vanished", assignee: "' or 1=1", sla: "soon", view: "mine" })).toEqual({
      status: "new",
    });
  });

  it("ignore a search of blanks", () => {
    expect(filtersOf({ q: "   " })).toEqual({});
  });
});

describe("a view", () => {
  it("keeps what it is for, whatever the address says", () => {
    const somebody = "0199a7c2-4f6b-7c31-9d0e-000000000001";
    expect(queryOf("mine", { assignee: somebody }).assignee).toBe("me");
    expect(queryOf("unassigned", { assignee: "me" }).assignee).toBe("none");
  });

  it("lets the address choose the state and the order", () => {
    expect(queryOf("mine", { status: "closed", sort: "created" })).toEqual({
      assignee: "me",
      status: "closed",
      sort: "created",
    });
  });
});

describe("choosing several", () => {
  it("adds, takes away, and removes the filter with the last one", () => {
    expect(toggled(undefined, "new")).toBe("new");
    expect(toggled("new", "accepted")).toBe("new,accepted");
    expect(toggled("new,accepted", "new")).toBe("accepted");
    expect(toggled("accepted", "accepted")).toBeUndefined();
  });

  it("does not count the order as a filter", () => {
    expect(isNarrowed({ sort: "due" })).toBe(false);
    expect(isNarrowed({ sort: "due", q: "x" })).toBe(true);
  });
});
