import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import ar from "@/locales/ar";
import de from "@/locales/de";
import en from "@/locales/en";
import { translator } from "./catalogue";

function argumentsOf(elements: MessageFormatElement[]): Set<string> {
  const names = new Set<string>();
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    names.add(element.value);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) {
        for (const name of argumentsOf(option.value)) names.add(name);
      }
    }
  }
  return names;
}

describe.each([
  ["ar", ar],
  ["de", de],
])("the catalogue %s", (_, catalogue) => {
  it("says exactly what the English one says", () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
  });

  it("takes the same arguments in every message", () => {
    for (const [id, text] of Object.entries(en)) {
      const translated = (catalogue as Record<string, string>)[id] ?? "";
      expect([id, ...argumentsOf(parse(translated))].sort()).toEqual(
        [id, ...argumentsOf(parse(text))].sort(),
      );
    }
  });

  it("has no empty message", () => {
    expect(Object.entries(catalogue).filter(([, text]) => text.trim() === "")).toEqual([]);
  });
});

describe("Arabic plurals", () => {
  it("gives every plural all of the language's forms", () => {
    const forms = ["zero", "one", "two", "few", "many", "other"];
    for (const [id, text] of Object.entries(ar)) {
      for (const element of parse(text)) {
        if (element.type !== TYPE.plural) continue;
        const missing = forms.filter(
          (form) => !(form in element.options) && !(form === "zero" && "=0" in element.options),
        );
        expect([id, missing]).toEqual([id, []]);
      }
    }
  });
});

describe("translator", () => {
  it("leaves messages without arguments as they are", () => {
    expect(translator("de", de)("common.save")).toBe("Speichern");
  });
});
