import type { ReactNode } from "react";
import { classes } from "./classes";
import { AlertIcon, InfoIcon } from "./icons";
import styles from "./Notice.module.css";

interface Props {
  tone: "info" | "warning" | "danger";
  children: ReactNode;
  action?: ReactNode;
}

/** A sentence that belongs to this place and stays until its reason is gone. */
export function Notice({ tone, children, action }: Props) {
  return (
    <div className={classes(styles.notice, styles[tone])} role={tone === "info" ? "status" : "alert"}>
      {tone === "info" ? <InfoIcon size={16} /> : <AlertIcon size={16} />}
      <div className={styles.words}>{children}</div>
      {action}
    </div>
  );
}
