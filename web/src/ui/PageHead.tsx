import type { ReactNode } from "react";
import styles from "./PageHead.module.css";

interface Props {
  title: string;
  lead?: string;
  /** The one primary action of the page. */
  action?: ReactNode;
}

/** Every page of the desk begins the same way: title left, action right. */
export function PageHead({ title, lead, action }: Props) {
  return (
    <header className={styles.head}>
      <div>
        <h1 className={styles.title}>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
      </div>
      {action}
    </header>
  );
}
