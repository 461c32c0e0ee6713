import { Link } from "./Link";
import styles from "./SectionTabs.module.css";

interface Props {
  label: string;
  tabs: { to: string; label: string; exact?: boolean }[];
}

/** Pages of one section side by side; each is an address of its own. */
export function SectionTabs({ label, tabs }: Props) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} exact={tab.exact} className={styles.tab}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
