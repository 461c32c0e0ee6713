import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import { classes } from "@/ui/classes";

import { PriorityGlyph } from "@/ui/PriorityGlyph";
import { RelativeTime } from "@/ui/RelativeTime";
import { RowLink } from "@/ui/RowLink";
import { StatusGlyph } from "@/ui/StatusGlyph";
import { DueChip } from "./DueChip";
import styles from "./TicketRow.module.css";

export type TicketSummary = Schemas["TicketSummary"];

interface Props {
  ticket: TicketSummary;
  to: string;
  search?: Record<string, string | undefined>;
  /** The quick actions that hover and focus show. */
  actions?: ReactNode;
  /** Stands in the place of the deadline, always visible, where the list is for doing one thing. */
  action?: ReactNode;
  /** Where the row stands in a list of which only a part is in the page. */
  place?: Place;
}

interface Place {
  /** In pixels from the beginning of the list. */
  top: number;
  position: number;
  /** How many rows the list has, -1 while nobody knows. */
  size: number;
}

/** One ticket in a list. The link covers the row; it is what j, k and Tab move between. */
export function TicketRow({ ticket, to, search, actions, action, place }: Props) {
  return (
    <li
      className={classes(styles.row, place && styles.placed)}
      style={place && { transform: `translateY(${place.top}px)` }}
      data-number={ticket.number}
      aria-posinset={place?.position}
      aria-setsize={place?.size}
    >
      <StatusGlyph status={ticket.status} />
      <span className={styles.number}>{ticket.number}</span>
      <RowLink
        to={to}
        search={search}
        className={classes(styles.subject, "own-direction")}
        dir="auto"
        data-row-link
      >
        {ticket.subject}
      </RowLink>
      <span className={classes(styles.preview, "own-direction")} dir="auto">
        {ticket.preview}
      </span>
      <Requester ticket={ticket} />
      <span className={styles.due}>{action ?? (ticket.sla && <DueChip deadline={ticket.sla} />)}</span>
      <span className={styles.priority}>
        <PriorityGlyph priority={ticket.priority} />
      </span>
      <Assignee person={ticket.assignee ?? null} />
      <RelativeTime at={ticket.updated_at} className={styles.updated} />
      {actions && <span className={styles.actions}>{actions}</span>}
    </li>
  );
}

function Requester({ ticket }: { ticket: TicketSummary }) {
  return (
    <span className={styles.requester}>
      <bdi>{ticket.requester.name}</bdi>
      {ticket.company && (
        <>
          <span className={styles.company} aria-hidden="true">
            ·
          </span>
          <bdi className={classes(styles.company, "own-direction")}>{ticket.company.name}</bdi>
        </>
      )}
    </span>
  );
}

function Assignee({ person }: { person: Schemas["PersonSummary"] | null }) {
  const t = useT();
  const words = person?.name ?? t("ticket.no_assignee");
  return (
    <span className={styles.assignee} title={words}>
      {person ? <Avatar person={person} size={20} /> : <span className={styles.nobody} aria-hidden="true" />}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
