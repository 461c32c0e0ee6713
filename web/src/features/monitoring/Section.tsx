import { type ReactNode, useId } from "react";
import styles from "./Monitoring.module.css";

interface Props {
  title: string;
  /** A word beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

export function Section({ title, beside, children }: Props) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  );
}

/** What stands in a section that has nothing to show, and why. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className={styles.nothing}>{children}</p>;
}
