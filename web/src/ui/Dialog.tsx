import type { ReactNode } from "react";
import styles from "./Dialog.module.css";
import { useFloating } from "./useFloating";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  size?: "medium" | "large";
}

/** Modal: holds the focus, gives it back, closes on Escape. */
export function Dialog(props: DialogProps) {
  const floating = useFloating(props.open);
  return floating && <floating.Dialog {...props} />;
}

/** The row of buttons at a dialog's end. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className={styles.actions}>{children}</footer>;
}
