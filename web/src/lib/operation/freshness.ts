import { useEffect, useState } from "react";

/** How often the pages of the operation ask. */
export const pollMs = 5_000;
/** Four questions without an answer: what is shown is the past. */
const staleMs = 4 * pollMs;

/** Milliseconds since the epoch, moving on every second: heartbeats are watched. */
export function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export interface Freshness {
  /** Seconds since the answer that is shown. */
  elapsed: number;
  stale: boolean;
}

/** How old is what a query shows. A page that was not looked at for a while is fresh again by its next answer. */
export function useFreshness(answeredAt: number): Freshness {
  const now = useSeconds();
  const elapsed = Math.max(0, now - answeredAt);
  return { elapsed: elapsed / 1000, stale: elapsed > staleMs };
}
