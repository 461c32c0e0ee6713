/** Acting as somebody else came to its end by itself: the server does nothing more until the browser went back. */
let over = false;
const listeners = new Set<() => void>();

export const acting = {
  isOver: () => over,
  noteOver() {
    over = true;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
