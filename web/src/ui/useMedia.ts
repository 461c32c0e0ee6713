import { useSyncExternalStore } from "react";

// Asking the browser anew at every render would cost more than what depends on the answer.
const known = new Map<string, MediaQueryList | undefined>();

function mediaOf(query: string): MediaQueryList | undefined {
  if (!known.has(query)) known.set(query, window.matchMedia?.(query));
  return known.get(query);
}

/** Whether the page is as the media query says. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      mediaOf(query)?.addEventListener("change", listener);
      return () => mediaOf(query)?.removeEventListener("change", listener);
    },
    () => mediaOf(query)?.matches ?? false,
  );
}
