import { useSyncExternalStore } from "react";

/** What lies on top of the desk: the palette, the help, or nothing. Many places open them, one place shows them. */
type Layer = "palette" | "help";
type Top = Layer | null;

let top: Top = null;
const listeners = new Set<() => void>();

function setTop(next: Top) {
  top = next;
  for (const listener of listeners) listener();
}

/** Each closes itself only: a layer that loses the focus to the other one must not take it along. */
export function closeLayer(layer: Layer) {
  if (top === layer) setTop(null);
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
