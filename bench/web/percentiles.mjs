/** In milliseconds. */
export function percentiles(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) =>
    Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1));
  return { times: sorted.length, p50_ms: at(0.5), p95_ms: at(0.95), longest_ms: at(1) };
}
