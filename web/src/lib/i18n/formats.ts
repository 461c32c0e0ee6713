import { intlLocale, type Locale } from "./catalogue";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export interface Formats {
  /** 14:02 */
  time: (at: string | Date) => string;
  /** 20 Nov 2026, 14:02 CET: for tooltips, always with the zone. */
  exact: (at: string | Date) => string;
  /** 20 Nov */
  date: (at: string | Date) => string;
  /** "Friday, 20 November": `day` is a calendar day without a zone. */
  calendarDay: (day: string, style?: "long" | "short" | "year") => string;
  /** 16:00 of a calendar's own day, as this language writes it; 24:00 stays. */
  clockTime: (value: string) => string;
  /** The time of day in another zone. */
  timeIn: (zone: string, now: number) => string;
  /** "5 min. ago", "yesterday", later than a week the date. */
  relative: (at: string | Date, now: number) => string;
  /** "2h 10m": the two largest units, never negative. */
  duration: (ms: number) => string;
  /** "42s", and from a minute on as `duration`: for ages that are watched. */
  age: (seconds: number) => string;
  /** "40 hours 10 minutes", for sentences about working time, which has no days. */
  longDuration: (ms: number) => string;
  /** "40 hr", "7.5 hr": working time is counted in hours, never in days. */
  hours: (ms: number) => string;
  number: (value: number) => string;
  bytes: (value: number) => string;
  list: (values: string[]) => string;
  timeZone: string;
}

/** A browser may be older than the zone that somebody chose elsewhere; then UTC, which every time says beside itself. */
function known(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone && timeZone;
  } catch {
    return "UTC";
  }
}

/** What Intl knows of a locale, in the zone of the person who looks. */
export function formats(locale: Locale, chosen = Intl.DateTimeFormat().resolvedOptions().timeZone): Formats {
  const timeZone = known(chosen);
  const tag = intlLocale(locale);
  const time = new Intl.DateTimeFormat(tag, { timeStyle: "short", timeZone });
  const exact = new Intl.DateTimeFormat(tag, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  });
  const date = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", timeZone });
  const dateOfOtherYear = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone });
  const days = {
    long: new Intl.DateTimeFormat(tag, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }),
    short: new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", timeZone: "UTC" }),
    year: new Intl.DateTimeFormat(tag, {
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone: "UTC",
    }),
  };
  const wall = new Intl.DateTimeFormat(tag, { timeStyle: "short", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "short" });
  // Single letters are read at once in English and German; in Arabic they would be a riddle.
  const narrowUnits = locale === "ar" ? "long" : "narrow";
  const number = new Intl.NumberFormat(tag);
  const list = new Intl.ListFormat(tag, { type: "conjunction" });

  type Unit = "day" | "hour" | "minute" | "second" | "gigabyte" | "megabyte" | "kilobyte" | "byte";
  // Making one costs as much as formatting hundreds of numbers, and every row of a list says a duration.
  const units = new Map<string, Intl.NumberFormat>();
  function unit(value: number, name: Unit, unitDisplay: "narrow" | "short" | "long" = "short") {
    const key = `${name} ${unitDisplay}`;
    const style = { style: "unit", unit: name, unitDisplay, maximumFractionDigits: 1 } as const;
    const format = units.get(key) ?? new Intl.NumberFormat(tag, style);
    units.set(key, format);
    return format.format(value);
  }

  function durationOf(ms: number) {
    const display = narrowUnits;
    const minutes = Math.max(0, Math.round(ms / minute));
    const parts = [
      { value: Math.floor(minutes / 1440), name: "day" as const },
      { value: Math.floor((minutes % 1440) / 60), name: "hour" as const },
      { value: minutes % 60, name: "minute" as const },
    ];
    const first = parts.findIndex((part) => part.value > 0);
    if (first < 0) return unit(0, "minute", display);
    const shown = parts.slice(first, first + 2).filter((part) => part.value > 0);
    return shown.map((part) => unit(part.value, part.name, display)).join(" ");
  }

  function dateOf(at: Date) {
    return at.getFullYear() === new Date().getFullYear() ? date.format(at) : dateOfOtherYear.format(at);
  }

  return {
    time: (at) => time.format(new Date(at)),
    exact: (at) => exact.format(new Date(at)),
    date: (at) => dateOf(new Date(at)),
    calendarDay: (value, style = "long") => days[style].format(new Date(`${value}T00:00:00Z`)),
    clockTime: (value) =>
      value.startsWith("24") ? value : wall.format(new Date(`1970-01-01T${value.slice(0, 5)}:00Z`)),
    timeIn: (zone, now) => new Intl.DateTimeFormat(tag, { timeStyle: "short", timeZone: zone }).format(now),
    relative(at, now) {
      const past = now - new Date(at).getTime();
      const distance = Math.abs(past);
      if (distance < minute) return relative.format(0, "second");
      if (distance < hour) return relative.format(-Math.trunc(past / minute), "minute");
      if (distance < day) return relative.format(-Math.trunc(past / hour), "hour");
      if (distance < 7 * day) return relative.format(-Math.trunc(past / day), "day");
      return dateOf(new Date(at));
    },
    duration: (ms) => durationOf(ms),
    age: (seconds) =>
      seconds < 60
        ? unit(Math.max(0, Math.floor(seconds)), "second", narrowUnits)
        : durationOf(Math.floor(seconds / 60) * minute),
    longDuration(ms) {
      const minutes = Math.max(0, Math.round(ms / minute));
      const parts = [unit(Math.floor(minutes / 60), "hour", "long"), unit(minutes % 60, "minute", "long")];
      if (minutes < 60) return parts[1] ?? "";
      return minutes % 60 === 0 ? (parts[0] ?? "") : parts.join(" ");
    },
    hours: (ms) => unit(ms / hour, "hour"),
    number: (value) => number.format(value),
    bytes(value) {
      if (value < 1000) return unit(value, "byte");
      if (value < 1_000_000) return unit(value / 1000, "kilobyte");
      return value < 1_000_000_000
        ? unit(value / 1_000_000, "megabyte")
        : unit(value / 1_000_000_000, "gigabyte");
    },
    list: (values) => list.format(values),
    timeZone,
  };
}
