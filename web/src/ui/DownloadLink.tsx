import type { ReactNode } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes";

/** Looks like the page's action and is a link: the browser itself takes the file. */
export function DownloadLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} download className={classes(styles.button, styles.primary, styles.medium)}>
      {children}
    </a>
  );
}
