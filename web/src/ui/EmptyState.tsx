import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

interface Props {
  icon?: ReactNode;
  /** What would be here. */
  title: string;
  /** What to do, or why there is nothing. */
  children?: ReactNode;
  action?: ReactNode;
  /** It is all there is on the page, so that its title is the page's. */
  isPage?: boolean;
}

export function EmptyState({ icon, title, children, action, isPage }: Props) {
  const Title = isPage ? "h1" : "h2";
  return (
    <div className={styles.empty}>
      {icon}
      <Title className={styles.title}>{title}</Title>
      {children && <p className={styles.lead}>{children}</p>}
      {action}
    </div>
  );
}
