import type { ReactNode } from "react";
import styles from "./Chip.module.css";
import { classes } from "./classes";

interface Props {
  tone?: "plain" | "accent" | "warning" | "danger" | "good";
  icon?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A small fact in a frame: a deadline, a role, a count. */
export function Chip({ tone = "plain", icon, children, className }: Props) {
  return (
    <span className={classes(styles.chip, styles[tone], className)}>
      {icon}
      {children}
    </span>
  );
}
