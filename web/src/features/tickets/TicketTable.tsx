import { type ReactNode, useRef, useState } from "react";
import { type Command, useCommands } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { mayAccept, useSession } from "@/lib/session/session";
import { TicketRow, type TicketSummary } from "@/lib/tickets/TicketRow";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { ArrivalsPill } from "./ArrivalsPill";
import { AssignPicker } from "./AssignPicker";
import { useAccept } from "./accept";
import { useAssign } from "./assign";
import type { Filters, View } from "./filters";
import { AcceptAction, isAssignable, RowActions } from "./RowActions";
import { focusedNumber, stepRow } from "./rows";
import styles from "./TicketTable.module.css";
import type { TicketList } from "./useTicketList";

interface Props {
  list: TicketList;
  view: View;
  filters: Filters;
  empty: ReactNode;
}

export function TicketTable({ list, view, filters, empty }: Props) {
  const t = useT();
  const place = useRef<HTMLUListElement>(null);
  const [assigning, setAssigning] = useState<TicketSummary | null>(null);
  const commands = useRowCommands(list, place, setAssigning);
  useCommands(commands);

  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  if (list.loading) return <SkeletonRows />;
  if (list.shown.length === 0) return empty;
  return (
    <>
      <ArrivalsPill count={list.arrived} onShow={list.showAll} />
      <ul ref={place} className={styles.rows} aria-label={t("tickets.list")}>
        {list.shown.map((ticket) => (
          <TicketRow
            key={ticket.id}
            ticket={ticket}
            to={paths.desk.ticket(ticket.number)}
            search={{ view, ...filters }}
            action={ticket.status === "new" ? <AcceptAction ticket={ticket} /> : undefined}
            actions={
              isAssignable(ticket) && <RowActions ticket={ticket} onAssign={() => setAssigning(ticket)} />
            }
          />
        ))}
      </ul>
      {list.more && (
        <div className={styles.more}>
          <Button onClick={list.more} busy={list.loadingMore}>
            {t("common.load_more")}
          </Button>
        </div>
      )}
      {assigning && <AssignPicker ticket={assigning} onClose={() => setAssigning(null)} />}
    </>
  );
}

/** j and k move the focus between rows, so that Enter, a screen reader and the eye agree on the chosen one. */
function useRowCommands(
  list: TicketList,
  place: React.RefObject<HTMLUListElement | null>,
  onAssign: (ticket: TicketSummary) => void,
): Command[] {
  const t = useT();
  const { person, role } = useSession();
  const accept = useAccept();
  const assign = useAssign();

  function onChosen(act: (ticket: TicketSummary) => void) {
    const ticket = list.shown.find(({ number }) => number === focusedNumber(place.current));
    if (ticket) act(ticket);
  }

  const key = { group: "list", keyOnly: true } as const;
  return [
    { ...key, id: "next", label: t("tickets.next"), shortcut: "j", run: () => stepRow(place.current, 1) },
    {
      ...key,
      id: "previous",
      label: t("tickets.previous"),
      shortcut: "k",
      run: () => stepRow(place.current, -1),
    },
    {
      ...key,
      id: "assign",
      label: t("tickets.assign"),
      shortcut: "a",
      run: () => onChosen((ticket) => isAssignable(ticket) && onAssign(ticket)),
    },
    {
      ...key,
      id: "take",
      label: t("tickets.assign_me"),
      shortcut: "i",
      run: () => onChosen((ticket) => isAssignable(ticket) && assign.mutate({ ticket, person })),
    },
    ...(mayAccept(role)
      ? [
          {
            ...key,
            id: "accept",
            label: t("tickets.accept"),
            shortcut: "y",
            run: () => onChosen((ticket) => ticket.status === "new" && accept.mutate(ticket)),
          },
        ]
      : []),
  ];
}
