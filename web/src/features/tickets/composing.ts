type Mode = "reply" | "note";

const listeners = new Set<(mode: Mode) => void>();
let asked: Mode | null = null;

/** Asks the composer to take the focus in a mode; it may only just be coming onto the page. */
export function openComposer(mode: Mode) {
  asked = mode;
  for (const listener of listeners) listener(mode);
}

export function onOpenComposer(listener: (mode: Mode) => void): () => void {
  listeners.add(listener);
  if (asked && listeners.size === 1) listener(asked);
  return () => listeners.delete(listener);
}

/** The wish was granted; a composer that comes later starts unasked. */
export function composerOpened() {
  asked = null;
}
