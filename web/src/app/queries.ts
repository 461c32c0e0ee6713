import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "@/api/problem";

/** What the server refused stays refused; what it could not do just now is asked again. */
function worthRetrying(failures: number, error: Error): boolean {
  if (error instanceof ProblemError && error.status < 500 && error.status !== 429) return false;
  return failures < 3;
}

/** As long as the server asks for; where it names no time, twice as long after each failure. */
function wait(failures: number, error: Error): number {
  const named = error instanceof ProblemError ? error.retryAfter : null;
  return named === null ? Math.min(1000 * 2 ** failures, 30_000) : named * 1000;
}

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Live events invalidate; time alone makes little stale. The browser's idea of "online" says
      // nothing about a server in the next room, so it is not asked.
      queries: { staleTime: 30_000, retry: worthRetrying, retryDelay: wait, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}
