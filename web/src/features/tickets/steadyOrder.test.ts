import { expect, test } from "vitest";
import { settle } from "./steadyOrder";

const items = (...ids: string[]) => ids.map((id) => ({ id }));
const idsOf = (shown: { id: string }[]) => shown.map(({ id }) => id).join("");

test("the first answer is shown as it comes", () => {
  expect(idsOf(settle([], items("a", "b")).shown)).toBe("ab");
});

test("what arrives above is counted, not shown", () => {
  const { shown, arrived } = settle(["a", "b"], items("x", "a", "y", "b"));
  expect(idsOf(shown)).toBe("ab");
  expect(arrived).toBe(2);
});

test("a row that moved up stays where the reader left it", () => {
  expect(idsOf(settle(["a", "b", "c"], items("c", "a", "b")).shown)).toBe("abc");
});

test("a row that is gone leaves", () => {
  expect(idsOf(settle(["a", "b", "c"], items("a", "c")).shown)).toBe("ac");
});

test("the next page is added below", () => {
  const { shown, arrived } = settle(["a", "b"], items("a", "b", "c", "d"));
  expect(idsOf(shown)).toBe("abcd");
  expect(arrived).toBe(0);
});

test("when everything shown is gone, what is there is shown: nothing can jump", () => {
  const { shown, arrived } = settle(["a"], items("x"));
  expect(idsOf(shown)).toBe("x");
  expect(arrived).toBe(0);
});
