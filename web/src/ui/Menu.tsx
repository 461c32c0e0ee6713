import type { ReactElement, ReactNode } from "react";
import { StandIn, useAsked } from "./StandIn";
import { useFloating } from "./useFloating";
// With the page: a style that could not be fetched is not asked for again.
import "./Menu.module.css";

export interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  label?: string;
  placement?: "bottom-start" | "bottom-end" | "top-start" | "top-end" | "right-start";
  open?: boolean;
  setOpen?: (open: boolean) => void;
}

/** A button that opens a list of actions; arrows, letters and Escape work. */
export function Menu(props: MenuProps) {
  const { asked, ask, id, takesFocus } = useAsked();
  const floating = useFloating(asked || props.open === true);
  if (floating) return <floating.Menu {...props} asked={asked} takesFocus={takesFocus()} />;

  function open() {
    props.setOpen?.(true);
    ask();
  }
  return <StandIn id={id} trigger={props.trigger} opens="menu" onAsk={open} />;
}

export interface MenuItemProps {
  icon?: ReactNode;
  children: ReactNode;
  detail?: ReactNode;
  shortcut?: string;
  /** Given for a choice among several; the chosen one carries a tick. */
  chosen?: boolean;
  tone?: "plain" | "danger";
  /** For choosing several one after the other. */
  keepOpen?: boolean;
  onSelect: () => void;
}

// These stand inside an open menu: what they are made of is here.
export function MenuItem(props: MenuItemProps) {
  const floating = useFloating(true);
  return floating && <floating.MenuItem {...props} />;
}

export function MenuSeparator() {
  const floating = useFloating(true);
  return floating && <floating.MenuSeparator />;
}

export function MenuGroup(props: { label: string; children: ReactNode }) {
  const floating = useFloating(true);
  return floating && <floating.MenuGroup {...props} />;
}
