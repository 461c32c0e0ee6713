import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useCommands } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { DueChip } from "@/lib/tickets/DueChip";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { classes } from "@/ui/classes";
import { Link } from "@/ui/Link";
import { StatusGlyph } from "@/ui/StatusGlyph";
import type { Filters, View } from "./filters";
import styles from "./SideList.module.css";
import { useTicketList } from "./useTicketList";

interface Props {
  view: View;
  filters: Filters;
  current: number;
  shown: boolean;
}

/** The list the ticket was opened from. j and k walk it, whether it is shown or not. */
export function SideList({ view, filters, current, shown }: Props) {
  const t = useT();
  const navigate = useNavigate();
  const list = useTicketList(view, filters);
  const here = list.shown.findIndex(({ number }) => number === current);

  function step(by: 1 | -1) {
    const next = list.shown[here + by];
    if (next) void navigate({ to: paths.desk.ticket(next.number), search: { view, ...filters } as never });
  }

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
  return (
    <nav className={styles.list} aria-label={t("tickets.list")}>
      <ul>
        {list.shown.map((ticket) => (
          <SideRow
            key={ticket.id}
            ticket={ticket}
            search={{ view, ...filters }}
            isCurrent={ticket.number === current}
          />
        ))}
      </ul>
      {list.more && (
        <button type="button" className={styles.more} onClick={list.more}>
          {t("common.load_more")}
        </button>
      )}
    </nav>
  );
}

interface RowProps {
  ticket: TicketSummary;
  search: Record<string, string | undefined>;
  isCurrent: boolean;
}

function SideRow({ ticket, search, isCurrent }: RowProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView?.({ block: "nearest" });
  }, [isCurrent]);
  return (
    <li ref={row}>
      <Link
        to={paths.desk.ticket(ticket.number)}
        search={search}
        className={styles.row}
        aria-current={isCurrent ? "page" : undefined}
      >
        <StatusGlyph status={ticket.status} />
        <bdi className={classes(styles.subject, "own-direction")}>{ticket.subject}</bdi>
        <bdi className={classes(styles.requester, "own-direction")}>{ticket.requester.name}</bdi>
        {ticket.sla && <DueChip deadline={ticket.sla} />}
      </Link>
    </li>
  );
}
