import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/ui/tokens.css", "utf8");

type Theme = "light" | "dark";

/** The value of a token in a theme, following var(). */
function value(token: string, theme: Theme): string {
  const declared = new RegExp(`--${token}: ([^;]+);`).exec(css)?.[1];
  if (!declared) throw new Error(`there is no token --${token}`);
  const alias = /^var\(--([\w-]+)\)$/.exec(declared)?.[1];
  if (alias) return value(alias, theme);
  const pair = /^light-dark\((#\w+), (#\w+)\)$/.exec(declared);
  if (!pair) throw new Error(`--${token} is not a pair of colours: ${declared}`);
  return (theme === "light" ? pair[1] : pair[2]) ?? "";
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [low = 0, high = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["page", "raised", "overlay", "note-ground", "red-ground", "accent-ground"];
const inks = ["text", "muted", "subtle", "accent", "violet", "sky", "blue", "amber", "green", "grey", "red"];
const statuses = ["new", "accepted", "in-progress", "waiting", "resolved", "closed"].map(
  (name) => `status-${name}`,
);
const sla = ["good", "warning", "breached"].map((name) => `sla-${name}`);

const words = [...inks, ...statuses, ...sla].flatMap((ink) =>
  grounds.map((ground) => [ink, ground] as const),
);
const filled = [
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["on-accent", "amber"],
  ["on-red", "red"],
] as const;

describe.each<Theme>(["light", "dark"])("%s", (theme) => {
  it.each([...words, ...filled])("words in --%s on --%s reach 4.5:1", (ink, ground) => {
    expect(contrast(value(ink, theme), value(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(grounds)("marks in --faint on --%s reach 3:1", (ground) => {
    expect(contrast(value("faint", theme), value(ground, theme))).toBeGreaterThanOrEqual(3);
  });
});

describe("tokens.css", () => {
  it("is the only stylesheet with colours", () => {
    const coloured = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".css"))
      .map((name) => `src/${name}`)
      .filter((path) => !path.endsWith("tokens.css"))
      .filter((path) => /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(/i.test(readFileSync(path, "utf8")));
    expect(coloured).toEqual([]);
  });
});
