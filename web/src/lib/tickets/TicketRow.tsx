import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import { Link } from "@/ui/Link";
import { PriorityGlyph } from "@/ui/PriorityGlyph";
import { RelativeTime } from "@/ui/RelativeTime";
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
  fresh?: boolean;
}

/** One ticket in a list. The link covers the row; it is what j, k and Tab move between. */
export function TicketRow({ ticket, to, search, actions, fresh }: Props) {
  return (
    <li className={styles.row} data-fresh={fresh || undefined} data-number={ticket.number}>
      <StatusGlyph status={ticket.status} />
      <span className={styles.number}>{ticket.number}</span>
      <Link to={to} search={search} className={styles.subject} data-row-link>
        <bdi>{ticket.subject}</bdi>
      </Link>
      <span className={styles.preview} dir="auto">
        {ticket.preview}
      </span>
      <Requester ticket={ticket} />
      <span className={styles.due}>{ticket.sla && <DueChip deadline={ticket.sla} />}</span>
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
      {ticket.company && <bdi className={styles.company}>{ticket.company.name}</bdi>}
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
