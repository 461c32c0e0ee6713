import type { ButtonHTMLAttributes, ReactNode } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** primary: the one action of the view. quiet: no frame until hovered. danger: cannot be undone. */
  tone?: "primary" | "plain" | "quiet" | "danger" | "note";
  size?: "small" | "medium" | "large";
  icon?: ReactNode;
  busy?: boolean;
}

export function Button({ tone = "plain", size = "medium", icon, busy, children, className, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(styles.button, styles[tone], styles[size], className)}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
    >
      {icon}
      {children}
    </button>
  );
}
