import type { JobFilters, JobState } from "@/lib/operation/jobs";

/** In the order of a job's life. */
export const states: JobState[] = ["available", "running", "dead", "completed", "discarded"];

/** What the address says; whatever it cannot mean is left out. */
export function filtersOf(search: Record<string, unknown>): JobFilters {
  const state = states.find((name) => name === search.state) ?? "dead";
  const queue = search.queue === "jobs" || search.queue === "mail" ? search.queue : undefined;
  const kind = typeof search.kind === "string" && search.kind !== "" ? search.kind : undefined;
  return { state, ...(queue && { queue }), ...(kind && { kind }) };
}
