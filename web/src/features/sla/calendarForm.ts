import type { Schemas } from "@/api/client";
import type { Shape } from "./merge";
import type { Calendar } from "./queries";
import { type Window, windowFault } from "./windows";

export interface CalendarForm {
  name: string;
  time_zone: string;
  windows: Window[];
  holidays: Schemas["Holiday"][];
}

export const calendarForm = ({ name, time_zone, windows, holidays }: Calendar): CalendarForm => ({
  name,
  time_zone,
  windows: windows.map(({ weekday, from, to }) => ({ weekday, from, to })),
  holidays: holidays.map(({ day, name: holiday }) => ({ day, name: holiday })),
});

export const dayWindows = (windows: Window[], weekday: number) =>
  windows.filter((window) => window.weekday === weekday);

const written = (windows: Window[], weekday: number) =>
  dayWindows(windows, weekday)
    .map(({ from, to }) => `${from}–${to}`)
    .sort()
    .join(", ");

/** A weekday and a holiday each count as one value: "weekday.1", "holiday.2026-12-25". */
export const calendarShape: Shape<CalendarForm> = {
  flatten({ name, time_zone, windows, holidays }) {
    const days = [1, 2, 3, 4, 5, 6, 7].map((weekday) => [`weekday.${weekday}`, written(windows, weekday)]);
    const free = holidays.map((holiday) => [`holiday.${holiday.day}`, holiday.name]);
    return { name, time_zone, ...Object.fromEntries([...days, ...free]) };
  },
  take(form, other, key) {
    const [kind, id = ""] = key.split(".");
    if (kind === "weekday") {
      const rest = form.windows.filter((window) => window.weekday !== Number(id));
      return { ...form, windows: [...rest, ...dayWindows(other.windows, Number(id))] };
    }
    if (kind === "holiday") {
      const rest = form.holidays.filter(({ day }) => day !== id);
      return { ...form, holidays: [...rest, ...other.holidays.filter(({ day }) => day === id)] };
    }
    return { ...form, [key]: other[key as "name"] };
  },
};

export function isTimeZone(zone: string): boolean {
  try {
    return zone !== "" && new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export function isComplete({ name, time_zone, windows, holidays }: CalendarForm): boolean {
  const fine = windows.length > 0 && windows.every((window) => windowFault(window, windows) === null);
  return (
    fine &&
    name.trim() !== "" &&
    isTimeZone(time_zone) &&
    holidays.every((holiday) => holiday.name.trim() !== "")
  );
}
