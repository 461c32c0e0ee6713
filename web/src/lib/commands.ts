import { type ReactNode, useEffect, useRef } from "react";
import { type Hotkeys, useHotkeys } from "./keyboard";

/** One thing that can be done now: by its key, in the palette, and named in the help. */
export interface Command {
  id: string;
  group: "app" | "go" | "list" | "ticket";
  label: string;
  shortcut?: string;
  icon?: ReactNode;
  /** Only a key: moving a cursor makes no sense in a palette. */
  keyOnly?: boolean;
  run: () => void;
}

const registered = new Set<{ current: Command[] }>();

/** What the pages that are open offer, the innermost page first. */
export function activeCommands(): Command[] {
  return [...registered].reverse().flatMap((commands) => commands.current);
}

/** Offers commands while the calling component is on the page. */
export function useCommands(commands: Command[]) {
  const offered = useRef(commands);
  useEffect(() => {
    offered.current = commands;
  });
  useEffect(() => {
    registered.add(offered);
    return () => {
      registered.delete(offered);
    };
  }, []);
  const hotkeys: Hotkeys = {};
  for (const { shortcut, run } of commands) if (shortcut) hotkeys[shortcut] = run;
  useHotkeys(hotkeys);
}
