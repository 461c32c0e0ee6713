import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { type Catalogue, type Locale, translator } from "@/lib/i18n/catalogue";
import { formats } from "@/lib/i18n/formats";
import ar from "@/locales/ar";
import de from "@/locales/de";
import en from "@/locales/en";
import { explain } from "./explanation";

const hour = 3_600_000;

/** 4 business hours, Mon–Fri 9–17, accepted Friday 16:00 → due Monday 12:00. */
const friday: Schemas["Clock"] = {
  id: "c",
  metric: "resolution",
  state: "running",
  target_minutes: 240,
  started_at: "2026-11-20T15:00:00Z",
  due_at: "2026-11-23T11:00:00Z",
  stopped_at: null,
  business_elapsed_ms: 0,
  segments: [],
  explanation: {
    text: "",
    policy_name: "Standard",
    calendar_name: "Office hours",
    time_zone: "Europe/Berlin",
    steps: [
      { day: "2026-11-20", from: "16:00", to: "17:00", business_ms: hour, last_day: null },
      { day: "2026-11-23", from: "09:00", to: "12:00", business_ms: 3 * hour, last_day: null },
    ],
  },
};

function say(locale: Locale, catalogue: Catalogue, clock = friday) {
  // Intl separates some parts with spaces that only a typesetter tells apart.
  const words = explain(translator(locale, catalogue), formats(locale, "Europe/Berlin"), clock);
  return words.replace(/[\u00a0\u202f\u2009]/g, " ");
}

describe("the Friday example", () => {
  it("is explained in English", () => {
    expect(say("en", en)).toBe(
      "4 hours of working time, counted from 20 Nov 2026, 16:00 CET: 1 hour on Friday 20 November, 16:00–17:00 and 3 hours on Monday 23 November, 09:00–12:00. So it is due 23 Nov 2026, 12:00 CET.",
    );
  });

  it("is explained in German", () => {
    expect(say("de", de)).toBe(
      "4 Stunden Arbeitszeit, gezählt ab 20. Nov. 2026, 16:00 MEZ: 1 Stunde am Freitag, 20. November, 16:00–17:00 und 3 Stunden am Montag, 23. November, 09:00–12:00. Fällig also 23. Nov. 2026, 12:00 MEZ.",
    );
  });

  it("is explained in Arabic, with every day and hour", () => {
    const words = say("ar", ar);
    for (const part of ["4 ساعات", "الجمعة", "الاثنين", "ساعة", "20 نوفمبر", "23 نوفمبر"]) {
      expect(words).toContain(part);
    }
  });
});

describe("other states", () => {
  it("counts working time in hours, never in days", () => {
    const long = { ...friday, target_minutes: 2400, state: "met" as const, business_elapsed_ms: 30.5 * hour };
    expect(say("en", en, long)).toBe("Answered after 30 hours 30 minutes of 40 hours.");
  });

  it("says that a paused clock stands, and how much is used", () => {
    const paused = { ...friday, state: "paused" as const, due_at: null, business_elapsed_ms: hour };
    expect(say("en", en, paused)).toContain("1 hour used");
  });

  it("counts the days in the middle of a long way", () => {
    const day = (name: string) => ({
      day: name,
      from: "09:00",
      to: "17:00",
      business_ms: 8 * hour,
      last_day: null,
    });
    const steps = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"].map(day);
    const words = say("en", en, { ...friday, explanation: { ...friday.explanation, steps } });
    expect(words).toContain("2 more days (16 hours)");
    expect(words).toContain("Friday 27 November");
    expect(words).not.toContain("Thursday");
  });

  it("names both ends of days that were taken together", () => {
    const steps = [
      { day: "2026-11-23", last_day: "2026-11-27", from: "09:00", to: "17:00", business_ms: 40 * hour },
    ];
    const words = say("en", en, { ...friday, explanation: { ...friday.explanation, steps } });
    expect(words).toContain("40 hours on Monday 23 November – Friday 27 November");
  });
});
