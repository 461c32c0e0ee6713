import type { ReactNode } from "react";
import { useFloating } from "./useFloating";
// With the page: a style that could not be fetched is not asked for again.
import "./Picker.module.css";

export interface Choice {
  id: string;
  label: string;
  icon?: ReactNode;
  detail?: ReactNode;
  shortcut?: string;
  chosen?: boolean;
  onSelect: () => void;
}

export interface ChoiceGroup {
  id: string;
  label?: string;
  choices: Choice[];
}

export interface PickerProps {
  open: boolean;
  onClose: () => void;
  label: string;
  placeholder: string;
  text: string;
  setText: (text: string) => void;
  groups: ChoiceGroup[];
  /** What stands there when nothing matches. */
  empty: ReactNode;
}

/** Type, arrow, Enter: the palette and every "choose one of many" are this. The caller filters by `text`. */
export function Picker(props: PickerProps) {
  const floating = useFloating(props.open);
  return floating && <floating.Picker {...props} />;
}
