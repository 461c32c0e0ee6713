import { expect, test } from "vitest";
import { inDays, isCovered, scopesOf } from "./tokens";

test("writing covers reading the same, and nothing else", () => {
  expect(isCovered("tickets:read", ["tickets:write"])).toBe(true);
  expect(isCovered("tickets:write", ["tickets:read", "tickets:write"])).toBe(false);
  expect(isCovered("people:read", ["tickets:write", "people:read"])).toBe(false);
});

test("nobody is offered what the role could never use", () => {
  expect(scopesOf("customer")).toEqual(["tickets:read", "tickets:write"]);
  expect(scopesOf("agent")).toEqual(["tickets:read", "tickets:write", "people:read"]);
  expect(scopesOf("admin")).toContain("audit:read");
});

test("an end is a moment of the calendar", () => {
  expect(inDays(30, Date.parse("2026-11-20T10:00:00Z"))).toBe("2026-12-20T10:00:00.000Z");
});
