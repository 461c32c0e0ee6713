import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { pollMs } from "./freshness";

export type QueuedJob = Schemas["QueuedJob"];
export type JobState = Schemas["JobState"];
export type JobQueue = Schemas["Queue"];

/** What the list is narrowed to; as it stands in the address. */
export interface JobFilters {
  state: JobState;
  queue?: JobQueue | undefined;
  kind?: string | undefined;
}

/** `live`: asked again every few seconds. */
export const jobsQuery = (filters: JobFilters, limit: number, live = true) =>
  infiniteQueryOptions({
    queryKey: ["jobs", filters, limit],
    queryFn: ({ pageParam, signal }) => {
      const { state, queue, kind } = filters;
      const query = {
        state,
        limit,
        ...(queue && { queue }),
        ...(kind && { kind }),
        ...(pageParam && { cursor: pageParam }),
      };
      return data(client.GET("/api/v1/internal/jobs", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: live ? pollMs : false,
    staleTime: 0,
  });

type Which = Schemas["WhichJobs"];

/** Dead letters, by their ids or all of a kind: run again. */
export function useReplay() {
  const act = (body: Which) => data(client.POST("/api/v1/internal/jobs/replay", { body }));
  return useChange(act, "jobs.replayed");
}

/** Dead letters: laid aside. */
export function useDiscard() {
  const act = (body: Which) => data(client.POST("/api/v1/internal/jobs/discard", { body }));
  return useChange(act, "jobs.discarded");
}

function useChange(
  act: (which: Which) => Promise<Schemas["JobsChanged"]>,
  done: "jobs.replayed" | "jobs.discarded",
) {
  const t = useT();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (changed) => {
      if (changed.done > 0) toast("done", t(done, { count: changed.done }));
      if (changed.refused.length > 0) toast("failed", t("jobs.refused", { count: changed.refused.length }));
    },
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["jobs"] }),
        queries.invalidateQueries({ queryKey: ["monitoring"] }),
      ]),
  });
}
