import { expect, test } from "vitest";
import { ProblemError, UnreachableError } from "@/api/problem";
import { translator } from "@/lib/i18n/catalogue";
import en from "@/locales/en";
import { uploadWords } from "./words";

const words = (error: unknown) => uploadWords(translator("en", en), error);
const refused = (status: number, key: string) =>
  new ProblemError({ type: `/problems/${key}`, title: key, status });

test("says what stopped a file and that the text is safe", () => {
  expect(words(refused(413, "file-too-large"))).toMatch(/Too large.*your text is untouched/);
  expect(words(refused(507, "disk-full"))).toMatch(/no space left.*send your text without it/);
  expect(words(new UnreachableError("cut"))).toMatch(/cut off.*try again/);
  expect(words(refused(503, "unavailable"))).toBe(en["problem.unavailable"]);
});

test("a proxy's bare 413 without a problem says the same", () => {
  expect(words(refused(413, "http-413"))).toBe(words(refused(413, "file-too-large")));
});
