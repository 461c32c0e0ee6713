import { useEffect, useRef } from "react";

/** "j", "?", "mod+k", "mod+enter": mod is ⌘ on a Mac and Ctrl elsewhere. */
export type Hotkeys = Record<string, (event: KeyboardEvent) => void>;

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function comboOf(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  return `${mod ? "mod+" : ""}${event.key.toLowerCase()}`;
}

/** How a combination is written on this machine's keys. */
export function keyLabel(combo: string): string {
  return combo
    .replace("mod+", isMac ? "⌘" : "Ctrl ")
    .replace("enter", "↵")
    .replace("escape", "Esc")
    .replace(/\b[a-z]$/, (letter) => letter.toUpperCase());
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

/** A letter belongs to the field, menu or dialog that has the focus; combinations with mod work everywhere. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return true;
  if (comboOf(event).startsWith("mod+")) return false;
  if (event.altKey || event.metaKey || event.ctrlKey) return true;
  const target = event.target;
  return (
    isTyping(target) ||
    (target instanceof HTMLElement && target.closest("[role=dialog],[role=menu]") !== null)
  );
}

export function useHotkeys(hotkeys: Hotkeys, enabled = true) {
  const current = useRef(hotkeys);
  useEffect(() => {
    current.current = hotkeys;
  });
  useEffect(() => {
    if (!enabled) return;
    function onKeyDown(event: KeyboardEvent) {
      const action = current.current[comboOf(event)];
      if (!action || isTaken(event)) return;
      event.preventDefault();
      action(event);
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [enabled]);
}
