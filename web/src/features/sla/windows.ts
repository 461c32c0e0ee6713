/** One stretch of opening hours; ISO weekday, Monday is 1. */
export interface Window {
  weekday: number;
  from: string;
  to: string;
}

/** Minutes since midnight of "HH:MM"; "24:00" is the end of the day. Null when it is no time. */
export function minuteOfDay(time: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  if (!match) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 1440 ? minutes : null;
}

export const windowMinutes = ({ from, to }: Window) =>
  Math.max(0, (minuteOfDay(to) ?? 0) - (minuteOfDay(from) ?? 0));

const dayTotals = (windows: Window[]) =>
  [1, 2, 3, 4, 5, 6, 7].map((day) =>
    windows.filter(({ weekday }) => weekday === day).reduce((sum, window) => sum + windowMinutes(window), 0),
  );

export const weekMinutes = (windows: Window[]) =>
  dayTotals(windows).reduce((sum, minutes) => sum + minutes, 0);

/** The length that most working days have (the longer one when two are as frequent): what "1d" means. */
export function workingDayMinutes(windows: Window[]): number {
  const frequency = new Map<number, number>();
  for (const minutes of dayTotals(windows)) {
    if (minutes > 0) frequency.set(minutes, (frequency.get(minutes) ?? 0) + 1);
  }
  const [first] = [...frequency].sort(([a, timesA], [b, timesB]) => timesB - timesA || b - a);
  return first?.[0] ?? 1440;
}

export type WindowFault = "not_a_time" | "ends_before_it_starts" | "overlaps";

/** What is wrong with a window among those of its day, or null. */
export function windowFault(window: Window, others: Window[]): WindowFault | null {
  const from = minuteOfDay(window.from);
  const to = minuteOfDay(window.to);
  if (from === null || to === null) return "not_a_time";
  if (to <= from) return "ends_before_it_starts";
  const overlaps = others.some((other) => {
    if (other === window || other.weekday !== window.weekday) return false;
    return from < (minuteOfDay(other.to) ?? 0) && (minuteOfDay(other.from) ?? 1440) < to;
  });
  return overlaps ? "overlaps" : null;
}
