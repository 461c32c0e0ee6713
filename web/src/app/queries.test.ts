import { expect, test } from "vitest";
import { ProblemError } from "@/api/problem";
import { createQueries } from "./queries";

function refused(status: number, retryAfter: string | null) {
  return new ProblemError({ type: "/problems/any", title: "Refused", status }, retryAfter);
}

test("what the server was too busy for is asked again when it said, and no other refusal is", () => {
  const { retry, retryDelay } = createQueries().getDefaultOptions().queries ?? {};
  if (typeof retry !== "function" || typeof retryDelay !== "function") throw new Error("no rules");
  expect([429, 503, 404, 422].map((status) => retry(0, refused(status, null)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(retry(3, refused(429, "1"))).toBe(false);
  expect(retryDelay(2, refused(429, "7"))).toBe(7000);
  expect(retryDelay(2, refused(503, null))).toBe(4000);
});
