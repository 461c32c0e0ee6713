import { describe, expect, test } from "vitest";
import { destination, validNext } from "./next";

const origin = "https://desk.example";

describe("validNext", () => {
  test.each(["/portal", "/desk/tickets?status=open&assignee=me", "/portal/tickets/12#reply", "/"])(
    "keeps %s",
    (path) => {
      expect(validNext(path, origin)).toBe(path);
    },
  );

  test.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    "portal",
    "",
    "/sign-in?next=/portal",
    "/welcome/abc",
    "/api/v1/files/1",
    undefined,
    7,
  ])("refuses %s", (path) => {
    expect(validNext(path, origin)).toBeNull();
  });

  test("resolves dots, so that a path cannot leave the place it claims", () => {
    expect(validNext("/portal/../desk", origin)).toBe("/desk");
  });
});

describe("destination", () => {
  test("leads staff to the desk and customers to the portal", () => {
    expect(destination("agent", undefined, origin)).toBe("/desk");
    expect(destination("customer", "/", origin)).toBe("/portal");
  });

  test("keeps the page that was asked for", () => {
    expect(destination("manager", "/desk/tickets/7", origin)).toBe("/desk/tickets/7");
    expect(destination("customer_admin", "/portal/company", origin)).toBe("/portal/company");
  });

  test("sends no customer to a desk page", () => {
    expect(destination("customer", "/desk/tickets/7", origin)).toBe("/portal");
  });
});
