import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useRef } from "react";
import { useCommands } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { DueChip } from "@/lib/tickets/DueChip";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { classes } from "@/ui/classes";
import { RowLink } from "@/ui/RowLink";
import { StatusGlyph } from "@/ui/StatusGlyph";
import type { Filters, View } from "./filters";
import { prefetchTicket, usePrefetchRows } from "./prefetch";
import { rendered, useRowWindow } from "./rowWindow";
import styles from "./SideList.module.css";
import { type TicketList, useTicketList } from "./useTicketList";

interface Props {
  view: View;
  filters: Filters;
  current: number;
  shown: boolean;
  /** Only its place is there yet. */
  waits: boolean;
}

/** The list the ticket was opened from. j and k walk it, whether it is shown or not. */
export function SideList({ view, filters, current, shown, waits }: Props) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const list = useTicketList(view, filters);
  const here = list.shown.findIndex(({ number }) => number === current);

  function step(by: 1 | -1) {
    const next = list.shown[here + by];
    if (next) void navigate({ to: paths.desk.ticket(next.number), search: { view, ...filters } as never });
  }

  // Whoever walks the list goes on to the next one.
  const following = list.shown[here + 1]?.number;
  useEffect(() => {
    if (following === undefined) return;
    const timer = setTimeout(() => prefetchTicket(queries, following), 500);
    return () => clearTimeout(timer);
  }, [queries, following]);

  useCommands([
    { id: "next", group: "list", keyOnly: true, label: t("tickets.next"), shortcut: "j", run: () => step(1) },
    {
      id: "previous",
      group: "list",
      keyOnly: true,
      label: t("tickets.previous"),
      shortcut: "k",
      run: () => step(-1),
    },
  ]);

  if (!shown) return null;
  if (waits) return <div className={styles.list} />;
  return <Column list={list} search={{ view, ...filters }} here={here} />;
}

/** The height of SideList.module.css. */
const rowHeight = 64;

interface ColumnProps {
  list: TicketList;
  search: Record<string, string | undefined>;
  /** The index of the ticket that is open. */
  here: number;
}

function Column({ list, search, here }: ColumnProps) {
  const t = useT();
  const place = useRef<HTMLUListElement>(null);
  const { shown, hasMore, inSight } = list;
  const rows = useRowWindow(place, { count: shown.length, height: rowHeight });
  const prefetch = usePrefetchRows();
  useEffect(() => inSight(rows.first, rows.last), [inSight, rows.first, rows.last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another ticket is the reason to move
  useLayoutEffect(() => {
    if (here >= 0) rows.reveal(here);
  }, [here]);

  return (
    <nav className={styles.list} aria-label={t("tickets.list")}>
      <ul ref={place} className={styles.rows} style={{ blockSize: shown.length * rowHeight }} {...prefetch}>
        {rendered(rows, here).map((index) => {
          const ticket = shown[index];
          if (!ticket) return null;
          return (
            <li
              key={ticket.id}
              className={styles.place}
              style={{ transform: `translateY(${index * rowHeight}px)` }}
              data-number={ticket.number}
              aria-posinset={index + 1}
              aria-setsize={hasMore ? -1 : shown.length}
            >
              <SideRow ticket={ticket} search={search} isCurrent={index === here} />
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

interface RowProps {
  ticket: TicketSummary;
  search: Record<string, string | undefined>;
  isCurrent: boolean;
}

function SideRow({ ticket, search, isCurrent }: RowProps) {
  return (
    <RowLink
      to={paths.desk.ticket(ticket.number)}
      search={search}
      className={styles.row}
      aria-current={isCurrent ? "page" : undefined}
    >
      <StatusGlyph status={ticket.status} />
      <bdi className={classes(styles.subject, "own-direction")}>{ticket.subject}</bdi>
      <bdi className={classes(styles.requester, "own-direction")}>{ticket.requester.name}</bdi>
      {ticket.sla && <DueChip deadline={ticket.sla} />}
    </RowLink>
  );
}
