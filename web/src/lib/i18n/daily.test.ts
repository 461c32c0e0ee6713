import { expect, test } from "vitest";
import rest from "@/locales/en/rest";

/** What an agent meets all day, before the words of other pages have come. */
const sources = import.meta.glob<string>(
  [
    "/src/features/{tickets,dashboard,notifications,palette,outbox}/*.{ts,tsx}",
    "/src/app/desk/*.tsx",
    "/src/lib/{tickets,mail,uploads,drafts}/*.{ts,tsx}",
    "!**/*.test.*",
    "!/src/app/desk/SettingsFrame.tsx",
  ],
  { query: "?raw", import: "default", eager: true },
);

test("the desk's daily pages say nothing that comes later", () => {
  const later = new Set<string>(Object.keys(rest));
  const said = Object.entries(sources).flatMap(([path, source]) =>
    [...source.matchAll(/"([a-z_]+\.[a-z_.]+)"/g)].map(([, id]) => `${path}: ${id}`),
  );
  expect(said.length).toBeGreaterThan(300);
  expect(said.filter((line) => later.has(line.split(": ")[1] ?? ""))).toEqual([]);
});
