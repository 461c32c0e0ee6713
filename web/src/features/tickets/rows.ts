const row = "li[data-number]";

/** The number of the ticket whose row has the focus. */
export function focusedNumber(list: HTMLElement | null): number | null {
  const focused = document.activeElement?.closest<HTMLElement>(row);
  return focused && list?.contains(focused) ? Number(focused.dataset.number) : null;
}

/** The number of the ticket whose row this happened in. */
export function numberAt(target: EventTarget): number | null {
  const at = target instanceof Element ? target.closest<HTMLElement>(row) : null;
  return at ? Number(at.dataset.number) : null;
}

export function focusRow(list: HTMLElement | null, number: number) {
  const link = list?.querySelector<HTMLElement>(`li[data-number="${number}"] a[data-row-link]`);
  link?.focus({ preventScroll: true });
}

/** Where a list was left, for who comes back to it: how far it was scrolled and which ticket was opened. */
export interface Left {
  key: string;
  top: number;
  number: number | null;
}

let left: Left | null = null;

export function leave(place: Left) {
  left = place;
}

/** The place where this list was left; going to another list forgets it. */
export function comeBack(key: string): Left | null {
  const place = left?.key === key ? left : null;
  left = null;
  return place;
}
