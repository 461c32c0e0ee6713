import { expect, test } from "vitest";
import { matches } from "./matches";

test("every word typed begins a word of the label, in any order", () => {
  expect(matches("Assign to a colleague", "col ass")).toBe(true);
  expect(matches("Assign to a colleague", "league")).toBe(false);
});

test("accents and vowel signs need not be typed", () => {
  expect(matches("Ticket lösen", "losen")).toBe(true);
  expect(matches("حلّ", "حل")).toBe(true);
});

test("nothing typed matches everything", () => {
  expect(matches("Close", " ")).toBe(true);
});
