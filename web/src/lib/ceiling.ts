const halves = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100];

/** A round number not far above the highest bar, whose half is a whole number too. */
export function ceilingAbove(height: number): number {
  const highest = Math.max(1, height);
  const hundreds = 10 ** Math.max(0, Math.ceil(Math.log10(highest / 200)));
  const half = halves.find((size) => size * hundreds * 2 >= highest) ?? 100;
  return half * hundreds * 2;
}
