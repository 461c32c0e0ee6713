import { type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { focusedNumber, focusRow, numberAt } from "./rows";
import type { RowWindow } from "./rowWindow";

/**
 * The focus in a list of which only a window exists. The row that has it stays in the page wherever one scrolls to, so
 * that Enter, a screen reader and the eye agree on the chosen one.
 */
export function useRowKeys(list: RefObject<HTMLElement | null>, shown: TicketSummary[], rowHeight: number) {
  const [kept, setKept] = useState<number | null>(null);
  const rows = useRef<RowWindow>(null);
  const keptIndex = kept === null ? -1 : shown.findIndex(({ number }) => number === kept);

  function focus(index: number) {
    const target = shown[index];
    if (!target) return;
    rows.current?.reveal(index);
    // The row has to be there before it can have the focus.
    flushSync(() => setKept(target.number));
    focusRow(list.current, target.number);
  }

  /** From outside the list to its first row. */
  function step(by: number) {
    const number = focusedNumber(list.current);
    const here = number === null ? -1 : shown.findIndex((row) => row.number === number);
    focus(here < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, here + by)));
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const screenful = Math.max(1, Math.floor((window.innerHeight * 0.8) / rowHeight));
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: screenful,
      PageUp: -screenful,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    };
    const by = moves[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  }

  return {
    rows,
    keptIndex,
    focus,
    step,
    handlers: {
      onKeyDown,
      onFocus: (event: React.FocusEvent) => setKept(numberAt(event.target)),
    },
  };
}
