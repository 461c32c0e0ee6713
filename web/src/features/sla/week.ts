import { intlLocale, type Locale } from "@/lib/i18n/catalogue";

type WithWeek = Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };

/** ISO weekdays in the order in which this language writes a week. */
export function weekdays(locale: Locale): number[] {
  const tag = new Intl.Locale(intlLocale(locale)) as WithWeek;
  const first = tag.getWeekInfo?.().firstDay ?? tag.weekInfo?.firstDay ?? 1;
  return Array.from({ length: 7 }, (_, place) => ((first - 1 + place) % 7) + 1);
}

/** "Monday": the first of January 2024 was one. */
export function weekdayName(locale: Locale, weekday: number): string {
  const format = new Intl.DateTimeFormat(intlLocale(locale), { weekday: "long", timeZone: "UTC" });
  return format.format(Date.UTC(2024, 0, weekday));
}

/** "9", "930" and "9:30" are written out as "09:30" and the like; what is no time stays as it is. */
export function completeTime(text: string): string {
  const match = /^(\d{1,2})[:.h]?(\d{2})?$/.exec(text.trim());
  const [, hours = "", minutes = "00"] = match ?? [];
  return match && Number(hours) <= 24 ? `${hours.padStart(2, "0")}:${minutes}` : text;
}
