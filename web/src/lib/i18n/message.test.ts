import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import ar from "@/locales/ar";
import de from "@/locales/de";
import en from "@/locales/en";
import { intlLocale } from "./catalogue";
import { messageOf } from "./message";

/** A value for every argument; what is counted takes each count in turn, a choice each of its options. */
function occasions(elements: MessageFormatElement[]): Record<string, string | number>[] {
  const counts = [0, 1, 2, 3, 7, 11, 42, 100, 1234];
  const values = new Map<string, (string | number)[]>();
  function visit(element: MessageFormatElement) {
    if (element.type === TYPE.argument) {
      if (!values.has(element.value)) values.set(element.value, ["Amira <b> 'x' {y} #"]);
    }
    if (element.type === TYPE.plural) values.set(element.value, counts);
    if (element.type === TYPE.select) values.set(element.value, [...Object.keys(element.options), "unheard"]);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) option.value.forEach(visit);
    }
  }
  elements.forEach(visit);
  return counts.map((_, turn) =>
    Object.fromEntries([...values].map(([name, all]) => [name, all[turn % all.length] ?? ""])),
  );
}

test.each([
  ["en", en],
  ["ar", ar],
  ["de", de],
] as const)("every message of the catalogue %s reads as the standard says", (locale, catalogue) => {
  for (const [id, text] of Object.entries(catalogue)) {
    const ours = messageOf(text, intlLocale(locale));
    const reference = new IntlMessageFormat(text, intlLocale(locale), undefined, { ignoreTag: true });
    for (const values of occasions(parse(text, { ignoreTag: true }))) {
      expect([id, ours(values)]).toEqual([id, String(reference.format(values))]);
    }
  }
});

test.each([
  "It''s {name}'s",
  "'{name}' is '{'quoted",
  "{a, select, x {{n, plural, one {# it's} other {# '#' of {b}}}} other {none}}",
  "{n, plural, =0 {nothing} one {one } other { # things}}.",
])("reads %s as the standard says", (text) => {
  const values = { name: "Mona", a: "x", b: "B", n: 1234 };
  for (const n of [0, 1, 1234]) {
    const reference = new IntlMessageFormat(text, "en-GB", undefined, { ignoreTag: true });
    expect(messageOf(text, "en-GB")({ ...values, n })).toBe(reference.format({ ...values, n }));
  }
});

test.each(["{", "{name", "{n, plural, one {x}}", "{n, number}", "{n, plural, other {x}"])(
  "refuses %s",
  (text) => {
    expect(() => messageOf(text, "en-GB")).toThrow(/cannot be read/);
  },
);

test("says which value is missing", () => {
  expect(() => messageOf("Hello {name}", "en-GB")()).toThrow("message lacks its name");
});
