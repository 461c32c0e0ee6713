import { useInfiniteQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { type Scope, ticketsQuery } from "./queries";
import styles from "./TicketList.module.css";
import { TicketRow } from "./TicketRow";

interface Props {
  title: string;
  filter: { scope: Scope; status?: string; q?: string };
  /** Says what would stand here; other lists vanish when they have nothing. */
  whenEmpty?: boolean;
  /** Reads the title aloud when it changes: it counts what a search found. */
  announce?: boolean;
}

export function TicketList({ title, filter, whenEmpty, announce }: Props) {
  const t = useT();
  const heading = useId();
  const list = useInfiniteQuery(ticketsQuery(filter));
  const tickets = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isSuccess && tickets.length === 0) {
    return whenEmpty ? (
      <EmptyState title={t("portal.none_open")}>{t("portal.none_open_lead")}</EmptyState>
    ) : null;
  }
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <h2 id={heading} className={styles.heading} aria-live={announce ? "polite" : undefined}>
        {title}
      </h2>
      {list.isPending ? (
        <SkeletonRows count={3} height={72} />
      ) : (
        <ul className={styles.list}>
          {tickets.map((ticket) => (
            <TicketRow key={ticket.id} ticket={ticket} withRequester={filter.scope === "company"} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("common.load_more")}
        </Button>
      )}
    </section>
  );
}
