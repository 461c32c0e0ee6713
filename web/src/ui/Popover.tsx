import type { ReactElement, ReactNode } from "react";
import { StandIn, useAsked } from "./StandIn";
import { useFloating } from "./useFloating";

export interface PopoverProps {
  trigger: ReactElement;
  label: string;
  className?: string;
  children: (close: () => void) => ReactNode;
}

/** A button that opens a panel beside it. */
export function Popover(props: PopoverProps) {
  const { asked, ask, id, takesFocus } = useAsked();
  const floating = useFloating(asked);
  if (floating) return <floating.Popover {...props} asked={asked} takesFocus={takesFocus()} />;
  return <StandIn id={id} trigger={props.trigger} opens="dialog" onAsk={ask} />;
}

/** Inside a popover: its name. */
export function PopoverTitle(props: { className?: string; children: ReactNode }) {
  const floating = useFloating(true);
  return floating && <floating.PopoverTitle {...props} />;
}
