import type { operations } from "@/api/schema";

export type Query = NonNullable<operations["list_audit_events"]["parameters"]["query"]>;

/** What stands in the address; days are calendar days of whoever looks. */
export interface Filters {
  kind?: string;
  actor?: string;
  ticket?: string;
  since?: string;
  until?: string;
  ip?: string;
}

const patterns: Record<keyof Filters, RegExp> = {
  kind: /^[a-z_]+$/,
  actor: /^[0-9a-f-]{36}$/i,
  ticket: /^\d{1,15}$/,
  since: /^\d{4}-\d\d-\d\d$/,
  until: /^\d{4}-\d\d-\d\d$/,
  ip: /^[0-9a-f.:]+$/i,
};

/** Reads the address; what it does not understand it leaves out, so that an old link still opens a list. */
export function filtersOf(search: Record<string, unknown>): Filters {
  const keys = Object.keys(patterns) as (keyof Filters)[];
  const given = keys.filter(
    (key) => patterns[key].test(String(search[key] ?? "")) && isDay(key, search[key]),
  );
  return Object.fromEntries(given.map((key) => [key, String(search[key])]));
}

function isDay(key: keyof Filters, value: unknown): boolean {
  return (key !== "since" && key !== "until") || !Number.isNaN(Date.parse(String(value)));
}

/** Midnight of a calendar day in a zone, as the server is told it. */
function startOf(day: string, timeZone: string, later = 0): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const wall = Date.UTC(year, month - 1, date + later);
  // The offset at the guess may be the one before a change of clocks; at the second guess it is right.
  const guess = wall - offsetAt(wall, timeZone);
  return new Date(wall - offsetAt(guess, timeZone)).toISOString();
}

function offsetAt(moment: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${format.format(moment).replace(" ", "T")}Z`) - Math.floor(moment / 1000) * 1000;
}

/** What the server is asked: days are those of the person's zone, and the last one counts whole. */
export function queryOf({ ticket, since, until, ...rest }: Filters, timeZone: string): Query {
  return {
    ...rest,
    ...(ticket && { ticket: Number(ticket) }),
    ...(since && { since: startOf(since, timeZone) }),
    ...(until && { until: startOf(until, timeZone, 1) }),
  };
}
