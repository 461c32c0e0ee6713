import { useEffect, useSyncExternalStore } from "react";

type Floating = typeof import("./floating");

let loaded: Floating | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

/** What stands in for a menu's button until the menus are here carries this attribute, with an id of its own. */
export const standIn = "data-stand-in";
let focused: string | null = null;

/** The button that takes this one's place begins with the focus, if this one has it. */
export function hadFocus(id: string): boolean {
  return focused === id;
}

/**
 * Menus, dialogs and pickers are a fifth of the app's code and nobody needs them for a first look. They are fetched when
 * somebody reaches for one, or when the page has come to rest.
 */
export function loadFloating(): Promise<void> {
  loading ??= fetchFloating();
  return loading;
}

async function fetchFloating() {
  try {
    const module = await import("./floating");
    await released();
    focused = document.activeElement?.getAttribute(standIn) ?? null;
    loaded = module;
    for (const listener of listeners) listener();
  } catch {
    // The connection is away: the next one who reaches for it tries again.
    loading = null;
  }
}

/** A button that is being pressed is not exchanged under the finger. */
async function released() {
  while (document.querySelector(`[${standIn}]:active`)) await new Promise((after) => setTimeout(after, 50));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useFloating(wanted: boolean): Floating | null {
  useEffect(() => {
    if (wanted) void loadFloating();
  }, [wanted]);
  return useSyncExternalStore(subscribe, () => loaded);
}
