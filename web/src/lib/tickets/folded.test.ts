import { expect, test } from "vitest";
import { piecesOf, splitQuoted } from "./folded";

type Mail = NonNullable<Parameters<typeof piecesOf>[0]["mail"]>;

const byMail = (body: string, ...ranges: [number, number][]) => {
  const folded = ranges.map(([start_utf16, end_utf16]) => ({ start_utf16, end_utf16 }));
  return { body, mail: { folded } as Mail };
};

/** "open [folded] open" */
const outline = (message: Parameters<typeof piecesOf>[0]) =>
  piecesOf(message)
    .map(({ text, folded }) => (folded ? `[${text}]` : text))
    .join("");

test("what is folded is counted in UTF-16, as the browser counts", () => {
  const body = "😀 yes\n> why?";
  expect(outline(byMail(body, [body.indexOf(">"), body.length]))).toBe("😀 yes\n[> why?]");
});

test("a signature and the quotation below it are one fold", () => {
  expect(outline(byMail("Hi\n-- \nA\n\n> b\nEnd", [3, 8], [10, 14]))).toBe("Hi\n[-- \nA\n\n> b\n]End");
});

test("a mail that is nothing but a quotation is not folded away", () => {
  expect(outline(byMail("> b\n> c", [0, 7]))).toBe("> b\n> c");
});

test("a message that did not come by mail folds the quoted tail", () => {
  expect(outline({ body: "Yes.\n\n> Does it work?\n> Mona", mail: null })).toBe(
    "Yes.[> Does it work?\n> Mona]",
  );
  expect(splitQuoted("> only this").quoted).toBe("");
  expect(splitQuoted("a > b").written).toBe("a > b");
});

test("unfolding gives back every character, whatever the ranges", () => {
  let seed = 7;
  const next = (most: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % (most + 1);
  };
  for (let round = 0; round < 300; round += 1) {
    const body = Array.from({ length: next(60) }, () => "ab \n>😀"[next(5)]).join("");
    const ranges = Array.from({ length: next(4) }, (): [number, number] => [next(70), next(70)]);
    const pieces = piecesOf(byMail(body, ...ranges));
    expect(pieces.map(({ text }) => text).join("")).toBe(body);
  }
});
