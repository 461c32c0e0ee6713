import { useSyncExternalStore } from "react";

/** What lies on top of the desk: the palette, the help, or nothing. Many places open them, one place shows them. */
type Top = "palette" | "help" | null;

let top: Top = null;
const listeners = new Set<() => void>();

export function setTop(next: Top) {
  top = next;
  for (const listener of listeners) listener();
}

export const openPalette = () => setTop("palette");
export const openHelp = () => setTop("help");

export function useTop(): Top {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => top,
  );
}
