import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { auditExportUrl } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { DownloadLink } from "@/ui/DownloadLink";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { PageHead } from "@/ui/PageHead";
import { SkeletonRows } from "@/ui/Skeleton";
import { AuditFilter } from "./AuditFilter";
import { AuditTable } from "./AuditTable";
import { type Filters, filtersOf, queryOf } from "./filters";
import { eventsQuery } from "./queries";
import { SealState } from "./SealState";

export function AuditPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.audit") });
  const navigate = useNavigate();
  const { timeZone } = useFormat();
  const filters = filtersOf(useSearch({ strict: false }));
  const narrow = (next: Filters) => void navigate({ to: ".", search: next as never, replace: true });
  return (
    <>
      <PageHead
        title={t("settings.audit")}
        lead={t("audit.lead")}
        action={
          <DownloadLink href={auditExportUrl(queryOf(filters, timeZone))}>{t("audit.export")}</DownloadLink>
        }
      />
      <SealState />
      <AuditFilter filters={filters} onChange={narrow} />
      <Events filters={filters} onActor={(actor) => narrow({ ...filters, actor })} />
    </>
  );
}

function Events({ filters, onActor }: { filters: Filters; onActor: (id: string) => void }) {
  const t = useT();
  const { timeZone } = useFormat();
  const list = useInfiniteQuery(eventsQuery(queryOf(filters, timeZone)));
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={8} height={52} />;
  const events = list.data.pages.flatMap((page) => page.items);
  if (events.length === 0) return <EmptyState title={t("audit.none")}>{t("audit.none_lead")}</EmptyState>;
  return (
    <>
      <AuditTable events={events} onActor={onActor} />
      {list.hasNextPage && (
        <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("common.load_more")}
        </Button>
      )}
    </>
  );
}
