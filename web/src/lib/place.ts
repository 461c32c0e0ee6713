import { useEffect, useSyncExternalStore } from "react";

export interface Crumb {
  label: string;
  /** Absent on the page itself. */
  to?: string;
}

let crumbs: Crumb[] = [];
const listeners = new Set<() => void>();

function set(next: Crumb[]) {
  crumbs = next;
  for (const listener of listeners) listener();
}

/**
 * Says where this page is: the last crumb is the page. Also names the browser's tab.
 * A single crumb becomes the page's heading in the top bar; a page with parents has a heading of its own.
 */
export function usePlace(...place: Crumb[]) {
  const key = JSON.stringify(place);
  useEffect(() => {
    const next = JSON.parse(key) as Crumb[];
    set(next);
    const words = next.map((crumb) => crumb.label).reverse();
    document.title = [...words, "Atum Desk"].join(" · ");
  }, [key]);
}

export function useCrumbs(): Crumb[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => crumbs,
  );
}
