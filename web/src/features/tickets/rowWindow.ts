import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** Rows beyond the edges that are there already when a quick hand scrolls. */
const beyond = 16;
/** The window moves in steps, so that not every pixel of scrolling renders. */
const step = 4;

interface Span {
  first: number;
  last: number;
}

export interface RowWindow extends Span {
  /** Scrolls no further than needed to show this row whole. */
  reveal: (index: number) => void;
  scrollTo: (top: number) => void;
  scrolled: () => number;
}

/** The element that scrolls the list: the nearest that may, or the page itself. Asking for styles is dear: once. */
function scrollerOf(element: HTMLElement): HTMLElement {
  for (let above: HTMLElement | null = element; above; above = above.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(above).overflowY)) return above;
  }
  return document.documentElement;
}

/**
 * Which rows of a long list have to exist: those in sight and some around them. All rows have one height, so that the
 * list is as long as it says from the beginning and nothing moves while one reads.
 */
export function useRowWindow(
  list: RefObject<HTMLElement | null>,
  { count, height, covered = 0 }: { count: number; height: number; covered?: number },
): RowWindow {
  const [span, setSpan] = useState<Span>({ first: 0, last: 2 * beyond });

  const found = useRef<HTMLElement>(null);
  const scrollerOfList = useCallback(() => {
    if (!found.current?.isConnected && list.current) found.current = scrollerOf(list.current);
    return found.current ?? document.documentElement;
  }, [list]);

  const look = useCallback(() => {
    if (!list.current) return;
    const scroller = scrollerOfList();
    const above = scroller.getBoundingClientRect().top - list.current.getBoundingClientRect().top;
    // Where nothing is laid out (a test, a hidden page) a screenful is assumed.
    const inSight = (scroller.clientHeight || 900) / height;
    const first = Math.max(0, Math.floor((above / height - beyond) / step) * step);
    const last = Math.ceil((above / height + inSight + beyond) / step) * step;
    setSpan((known) => (known.first === first && known.last === last ? known : { first, last }));
  }, [list, height, scrollerOfList]);

  const exists = count > 0;
  useLayoutEffect(() => {
    if (!exists || !list.current) return;
    const scroller = scrollerOfList();
    const target = scroller === document.documentElement ? document : scroller;
    target.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    look();
    return () => {
      target.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [look, list, exists, scrollerOfList]);

  // Paper has no window.
  useEffect(() => {
    const all = () => flushSync(() => setSpan({ first: 0, last: count }));
    window.addEventListener("beforeprint", all);
    window.addEventListener("afterprint", look);
    return () => {
      window.removeEventListener("beforeprint", all);
      window.removeEventListener("afterprint", look);
    };
  }, [count, look]);

  function reveal(index: number) {
    if (!list.current) return;
    const scroller = scrollerOfList();
    const offset = list.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const top = offset + index * height;
    if (top < covered) scroller.scrollTop += top - covered;
    else if (top + height > scroller.clientHeight) scroller.scrollTop += top + height - scroller.clientHeight;
    else return;
    // Not only when the browser tells of it, a frame later.
    look();
  }

  return {
    first: Math.min(span.first, count),
    last: Math.min(span.last, count),
    reveal,
    scrollTo: (top) => {
      if (list.current) scrollerOfList().scrollTop = top;
    },
    scrolled: () => (list.current ? scrollerOfList().scrollTop : 0),
  };
}

/** The indexes to render: the window, and the row that has the focus wherever it is. */
export function rendered({ first, last }: Span, kept: number): number[] {
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  if (kept < 0 || (kept >= first && kept < last)) return indexes;
  return kept < first ? [kept, ...indexes] : [...indexes, kept];
}
