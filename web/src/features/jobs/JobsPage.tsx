import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Feed } from "@/lib/operation/Feed";
import { type JobFilters, jobsQuery } from "@/lib/operation/jobs";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { JobsIcon } from "@/ui/icons";
import { SkeletonRows } from "@/ui/Skeleton";
import { BulkBar } from "./BulkBar";
import { filtersOf } from "./filters";
import { JobDialog } from "./JobDialog";
import { JobFilter } from "./JobFilter";
import styles from "./Jobs.module.css";
import { JobTable } from "./JobTable";

/** What waits, runs, is done or is dead; dead letters run again from here. */
export function JobsPage() {
  const t = useT();
  usePlace({ label: t("jobs.title") });
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const filters = filtersOf(search);
  const job = typeof search.job === "string" ? search.job : undefined;
  const go = (next: JobFilters & { job?: string }, replace: boolean) =>
    void navigate({ to: ".", search: next as never, replace });
  return (
    <div className={styles.page}>
      <p className={styles.lead}>{t("jobs.lead")}</p>
      <Jobs
        key={JSON.stringify(filters)}
        filters={filters}
        onFilter={(next) => go(next, true)}
        onOpen={(id) => go({ ...filters, job: id }, false)}
      />
      {job && <JobDialog id={job} onClose={() => go(filters, true)} />}
    </div>
  );
}

interface Props {
  filters: JobFilters;
  onFilter: (filters: JobFilters) => void;
  onOpen: (id: string) => void;
}

function Jobs({ filters, onFilter, onOpen }: Props) {
  const t = useT();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Nothing moves under somebody who is choosing.
  const list = useInfiniteQuery(jobsQuery(filters, 50, chosen.size === 0));
  const jobs = list.data?.pages.flatMap((page) => page.items) ?? [];
  const kinds = [...new Set(jobs.map(({ kind }) => kind))].sort();
  const retry = () => void list.refetch();
  const there = jobs.filter(({ id }) => chosen.has(id)).length;
  useEffect(() => {
    if (there === 0) setChosen((now) => (now.size === 0 ? now : new Set()));
  }, [there]);
  return (
    <>
      <JobFilter filters={filters} kinds={kinds} onChange={onFilter} />
      {list.isError && !list.data && <ErrorState error={list.error} retry={retry} />}
      {list.isPending && <SkeletonRows count={8} height={48} />}
      {list.data && (
        <Feed answeredAt={chosen.size === 0 ? list.dataUpdatedAt : Date.now()} retry={retry}>
          {(elapsed) => (
            <>
              {filters.state === "dead" && jobs.length > 0 && (
                <BulkBar jobs={jobs} chosen={chosen} kind={filters.kind} onChosen={setChosen} />
              )}
              {jobs.length === 0 && !list.hasNextPage && <Empty filters={filters} />}
              {jobs.length > 0 && (
                <JobTable
                  jobs={jobs}
                  state={filters.state}
                  elapsed={elapsed}
                  chosen={chosen}
                  onChosen={setChosen}
                  onOpen={onOpen}
                />
              )}
              {list.hasNextPage && (
                <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {t("common.load_more")}
                </Button>
              )}
            </>
          )}
        </Feed>
      )}
    </>
  );
}

function Empty({ filters }: { filters: JobFilters }) {
  const t = useT();
  const narrowed = filters.kind !== undefined || filters.queue !== undefined;
  return (
    <EmptyState
      icon={<JobsIcon size={24} />}
      title={t(narrowed ? "jobs.none_such" : `jobs.none_${filters.state}`)}
    >
      {t(narrowed ? "jobs.none_such_lead" : `jobs.none_${filters.state}_lead`)}
    </EmptyState>
  );
}
