import { memo, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Command, useCommands } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { mayAccept, useSession } from "@/lib/session/session";
import { TicketRow, type TicketSummary } from "@/lib/tickets/TicketRow";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { useMedia } from "@/ui/useMedia";
import { ArrivalsPill } from "./ArrivalsPill";
import { AssignPicker } from "./AssignPicker";
import { useAccept } from "./accept";
import { useAssign } from "./assign";
import type { Filters, View } from "./filters";
import { usePrefetchPage, usePrefetchRows } from "./prefetch";
import { AcceptAction, isAssignable, RowActions } from "./RowActions";
import { comeBack, focusedNumber, leave, numberAt } from "./rows";
import { rendered, useRowWindow } from "./rowWindow";
import styles from "./TicketTable.module.css";
import { useRowKeys } from "./useRowKeys";
import type { TicketList } from "./useTicketList";

interface Props {
  list: TicketList;
  view: View;
  filters: Filters;
  empty: ReactNode;
}

export function TicketTable({ list, view, filters, empty }: Props) {
  usePrefetchPage();
  if (list.error) return <ErrorState error={list.error} retry={list.retry} />;
  if (list.loading) return <SkeletonRows />;
  if (list.shown.length === 0) return empty;
  return <Rows key={list.key} list={list} view={view} filters={filters} />;
}

/** The heights of TicketRow.module.css, and the filters that lie over the list's upper edge. */
const heights = { wide: 40, narrow: 64, covered: 46 };

function Rows({ list, view, filters }: Omit<Props, "empty">) {
  const t = useT();
  const place = useRef<HTMLUListElement>(null);
  const [assigning, setAssigning] = useState<TicketSummary | null>(null);
  const height = useMedia("(max-width: 760px)") ? heights.narrow : heights.wide;
  const { shown, hasMore, inSight } = list;
  const rows = useRowWindow(place, { count: shown.length, height, covered: heights.covered });
  const keys = useRowKeys(place, shown, height);
  keys.rows.current = rows;
  const hovered = useHovered();
  const prefetch = usePrefetchRows();
  useCommands(useRowCommands(list, place, keys.step, setAssigning));
  useReturn(list, rows, place, keys.focus);

  useEffect(() => inSight(rows.first, rows.last), [inSight, rows.first, rows.last]);

  const search = JSON.stringify({ view, ...filters });
  return (
    <>
      <ArrivalsPill
        count={list.arrived}
        onShow={() => {
          rows.scrollTo(0);
          void list.showAll();
        }}
      />
      <ul
        ref={place}
        className={styles.rows}
        style={{ blockSize: shown.length * height }}
        aria-label={t("tickets.list")}
        {...hovered.handlers}
        {...prefetch}
        {...keys.handlers}
      >
        {rendered(rows, keys.keptIndex).map((index) => {
          const ticket = shown[index];
          if (!ticket) return null;
          return (
            <Row
              key={ticket.id}
              ticket={ticket}
              search={search}
              top={index * height}
              position={index + 1}
              size={hasMore ? -1 : shown.length}
              isActive={index === keys.keptIndex || ticket.number === hovered.number}
              onAssign={setAssigning}
            />
          );
        })}
      </ul>
      {hasMore && !list.moreError && <SkeletonRows count={3} height={height} />}
      {list.moreError && <ErrorState error={list.moreError} retry={list.more} />}
      {assigning && <AssignPicker ticket={assigning} onClose={() => setAssigning(null)} />}
    </>
  );
}

interface RowProps {
  ticket: TicketSummary;
  search: string;
  top: number;
  position: number;
  size: number;
  /** Under the pointer or with the focus: only there the actions exist. */
  isActive: boolean;
  onAssign: (ticket: TicketSummary) => void;
}

const Row = memo(function Row({ ticket, search, isActive, onAssign, ...place }: RowProps) {
  return (
    <TicketRow
      ticket={ticket}
      to={paths.desk.ticket(ticket.number)}
      search={JSON.parse(search)}
      place={place}
      action={ticket.status === "new" ? <AcceptAction ticket={ticket} /> : undefined}
      actions={
        isActive && isAssignable(ticket) ? (
          <RowActions ticket={ticket} onAssign={() => onAssign(ticket)} />
        ) : undefined
      }
    />
  );
});

function useHovered() {
  const [number, setNumber] = useState<number | null>(null);
  const handlers = {
    onMouseOver: ({ target }: { target: EventTarget }) => setNumber(numberAt(target)),
    onMouseLeave: () => setNumber(null),
  };
  return { number, handlers };
}

/** Back from a ticket, the list stands where it was left, with the focus on that ticket. */
function useReturn(
  { key, shown }: TicketList,
  rows: ReturnType<typeof useRowWindow>,
  place: React.RefObject<HTMLElement | null>,
  focus: (index: number) => void,
) {
  const latest = useRef({ rows, place });
  latest.current = { rows, place };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, on coming and on going
  useLayoutEffect(() => {
    const left = comeBack(key);
    rows.scrollTo(left?.top ?? 0);
    const index = left ? shown.findIndex(({ number }) => number === left.number) : -1;
    if (index >= 0) queueMicrotask(() => focus(index));
    return () => {
      const { rows, place } = latest.current;
      leave({ key, top: rows.scrolled(), number: focusedNumber(place.current) });
    };
  }, []);
}

/** j and k move the focus between rows; the letters of the actions act on the row that has it. */
function useRowCommands(
  list: TicketList,
  place: React.RefObject<HTMLUListElement | null>,
  step: (by: number) => void,
  onAssign: (ticket: TicketSummary) => void,
): Command[] {
  const t = useT();
  const { person, role } = useSession();
  const accept = useAccept();
  const assign = useAssign();

  const onChosen = useCallback(
    (act: (ticket: TicketSummary) => void) => {
      const ticket = list.shown.find(({ number }) => number === focusedNumber(place.current));
      if (ticket) act(ticket);
    },
    [list.shown, place],
  );

  const key = { group: "list", keyOnly: true } as const;
  return [
    { ...key, id: "next", label: t("tickets.next"), shortcut: "j", run: () => step(1) },
    { ...key, id: "previous", label: t("tickets.previous"), shortcut: "k", run: () => step(-1) },
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
