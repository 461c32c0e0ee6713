import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { MailLogIcon } from "@/ui/icons";
import { PageHead } from "@/ui/PageHead";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";
import { MailDialog } from "./MailDialog";
import styles from "./MailLog.module.css";
import { MailLogTable } from "./MailLogTable";
import { channelsQuery, type Filters, filtersOf, logQuery, outcomes } from "./queries";

/** Every mail that ever came in, and what became of it. */
export function MailLogPage() {
  const t = useT();
  usePlace(
    { label: t("settings.title") },
    { label: t("settings.mail"), to: paths.desk.settings.mail() },
    { label: t("mail_log.title") },
  );
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const filters = filtersOf(search);
  const mail = typeof search.mail === "string" ? search.mail : undefined;
  const go = (next: Filters & { mail?: string }, replace: boolean) =>
    void navigate({ to: ".", search: next as never, replace });
  return (
    <>
      <PageHead title={t("mail_log.title")} lead={t("mail_log.lead")} />
      <LogFilter filters={filters} onChange={(next) => go(next, true)} />
      <Mails filters={filters} onOpen={(id) => go({ ...filters, mail: id }, false)} />
      {mail && (
        <MailDialog
          id={mail}
          onOpen={(id) => go({ ...filters, mail: id }, true)}
          onClose={() => go(filters, true)}
        />
      )}
    </>
  );
}

function LogFilter({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const t = useT();
  const channels = useQuery(channelsQuery).data ?? [];
  const { channel: _, ...otherwise } = filters;
  const { outcome: __, ...anyOutcome } = filters;
  return (
    <search className={styles.filter} aria-label={t("mail_log.filters")}>
      <Select
        label={t("mail_log.channel")}
        options={[
          { value: "", label: t("mail_log.every_channel") },
          ...channels.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        value={filters.channel ?? ""}
        onChange={({ target: { value } }) => onChange(value ? { ...filters, channel: value } : otherwise)}
      />
      <Select
        label={t("mail_log.outcome")}
        options={[
          { value: "", label: t("mail_log.every_outcome") },
          ...outcomes.map((value) => ({ value, label: t(`mail_log.outcome_${value}`) })),
        ]}
        value={filters.outcome ?? ""}
        onChange={({ target: { value } }) =>
          onChange(value ? { ...filters, outcome: value as NonNullable<Filters["outcome"]> } : anyOutcome)
        }
      />
    </search>
  );
}

function Mails({ filters, onOpen }: { filters: Filters; onOpen: (id: string) => void }) {
  const t = useT();
  const list = useInfiniteQuery(logQuery(filters));
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={8} height={52} />;
  const mails = list.data.pages.flatMap((page) => page.items);
  if (mails.length === 0) {
    const isNarrowed = Object.keys(filters).length > 0;
    return (
      <EmptyState
        icon={<MailLogIcon size={24} />}
        title={t(isNarrowed ? "mail_log.none_such" : "mail_log.none")}
      >
        {t(isNarrowed ? "mail_log.none_such_lead" : "mail_log.none_lead")}
      </EmptyState>
    );
  }
  return (
    <>
      <MailLogTable mails={mails} onOpen={onOpen} />
      {list.hasNextPage && (
        <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("common.load_more")}
        </Button>
      )}
    </>
  );
}
