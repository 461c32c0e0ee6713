/** Minutes of business time; `d` is one working day of the calendar that the policy uses. */
const unitMinutes = (unit: string, dayMinutes: number): number | null => {
  if (/^(m|min|mins|minute|minutes|minuten|د|دقيقة|دقائق)$/u.test(unit)) return 1;
  if (/^(h|hr|hrs|hour|hours|std|stunde|stunden|س|ساعة|ساعات)$/u.test(unit)) return 60;
  if (/^(d|day|days|t|tag|tage|ي|يوم|أيام)$/u.test(unit)) return dayMinutes;
  return null;
};

const asciiDigits = (text: string) =>
  text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660)).replace(/٫/g, ".");

/**
 * Reads "4h", "1d 2h", "1h30m", "1.5 h" or the same in German and Arabic. Null when it is not a duration:
 * a bare number has no unit, and guessing one would set a deadline nobody meant.
 */
export function parseDuration(text: string, dayMinutes: number): number | null {
  const source = asciiDigits(text.trim().toLowerCase()).replace(/(\d),(\d)/g, "$1.$2");
  const parts = [...source.matchAll(/(\d+(?:\.\d+)?)\s*(\p{L}+)\.?\s*/gu)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== source) return null;
  let minutes = 0;
  for (const [, amount, unit] of parts) {
    const size = unitMinutes(unit ?? "", dayMinutes);
    if (size === null) return null;
    minutes += Number(amount) * size;
  }
  return minutes > 0 && Number.isInteger(minutes) ? minutes : null;
}

/** "1h 30m": hours and minutes only, because a day's length changes with the calendar. */
export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 && `${hours}h`, (rest > 0 || hours === 0) && `${rest}m`].filter(Boolean).join(" ");
}
