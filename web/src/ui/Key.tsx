import type { ReactNode } from "react";
import styles from "./Key.module.css";

/** One key or combination, as it is printed on the keyboard. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className={styles.key} dir="ltr">
      {children}
    </kbd>
  );
}
