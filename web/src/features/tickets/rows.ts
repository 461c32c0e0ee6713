const selector = "a[data-row-link]";

function linksOf(list: HTMLElement | null): HTMLElement[] {
  return list ? [...list.querySelectorAll<HTMLElement>(selector)] : [];
}

/** Moves the focus down or up; from outside the list to its first row. */
export function stepRow(list: HTMLElement | null, step: 1 | -1) {
  const links = linksOf(list);
  const here = links.findIndex((link) => link.closest("li")?.contains(document.activeElement));
  const next = here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + step));
  links[next]?.focus();
  links[next]?.scrollIntoView?.({ block: "nearest" });
}

/** The number of the ticket whose row has the focus. */
export function focusedNumber(list: HTMLElement | null): number | null {
  const row = document.activeElement?.closest<HTMLElement>("li[data-number]");
  return row && list?.contains(row) ? Number(row.dataset.number) : null;
}
