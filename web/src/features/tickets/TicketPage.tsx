import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useLayoutEffect, useMemo, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { useAfterPaint } from "@/lib/useAfterPaint";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { Conversation } from "./Conversation";
import { knownRow } from "./cache";
import { filtersOf, viewOf } from "./filters";
import { HistoryPanel } from "./HistoryPanel";
import { Properties } from "./Properties";
import { prefetchTicket } from "./prefetch";
import { type Ticket, ticketQuery } from "./queries";
import { SideList } from "./SideList";
import { ExpectedHeader, TicketHeader } from "./TicketHeader";
import styles from "./TicketPage.module.css";
import { useColumns } from "./useColumns";
import { useTicketCommands } from "./useTicketCommands";

/** List, conversation, properties. The address carries the list that the ticket was opened from. */
export function TicketPage() {
  const t = useT();
  const number = Number(useParams({ strict: false }).number);
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const view = viewOf(search.view);
  const filters = filtersOf(search);
  const columns = useColumns();
  const { data: ticket, error, refetch } = useQuery(ticketQuery(number));
  const queries = useQueryClient();
  // The first ticket comes before what stands beside it.
  const settled = useAfterPaint(ticket !== undefined || error !== null);
  // All three at once, not one after the other.
  useLayoutEffect(() => prefetchTicket(queries, number), [queries, number]);
  const row = useMemo(() => knownRow(queries, number), [queries, number]);
  const lists = { inbox: paths.desk.inbox(), mine: paths.desk.mine(), unassigned: paths.desk.unassigned() };
  usePlace(
    {
      label: t(view === "all" ? "frame.tickets" : `frame.${view}`),
      to: view === "all" ? paths.desk.tickets() : lists[view],
    },
    { label: t("tickets.number", { number: String(number) }) },
  );

  return (
    <div
      className={styles.page}
      data-list={columns.list || undefined}
      data-properties={columns.properties || undefined}
    >
      <SideList view={view} filters={filters} current={number} shown={columns.list} waits={!settled} />
      {!ticket && (error || !row) && (
        <h1 className="visually-hidden">{t("tickets.number", { number: String(number) })}</h1>
      )}
      {error && !ticket && <ErrorState error={error} retry={() => void refetch()} />}
      {!ticket && !error && <Expected row={row} />}
      {ticket && <Opened key={ticket.id} ticket={ticket} columns={columns} settled={settled} />}
    </div>
  );
}

/** What the list knew already, until the ticket itself is here. Nothing can be done with it yet. */
function Expected({ row }: { row: TicketSummary | undefined }) {
  return (
    <section className={styles.middle} aria-busy="true">
      {row && <ExpectedHeader row={row} />}
      <SkeletonRows height={72} />
    </section>
  );
}

interface OpenedProps {
  ticket: Ticket;
  columns: ReturnType<typeof useColumns>;
  settled: boolean;
}

function Opened({ ticket, columns, settled }: OpenedProps) {
  const [tab, setTab] = useState<"conversation" | "history">("conversation");
  const dialogs = useTicketCommands(ticket, () => setTab("conversation"));
  return (
    <>
      <section className={styles.middle}>
        <TicketHeader ticket={ticket} tab={tab} onTab={setTab} columns={columns} onRename={dialogs.update} />
        {tab === "conversation" ? <Conversation ticket={ticket} /> : <HistoryPanel number={ticket.number} />}
      </section>
      {columns.properties && settled && (
        <Properties ticket={ticket} dialogs={dialogs} onClose={columns.toggleProperties} />
      )}
      {dialogs.elements}
    </>
  );
}
