import { useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Link } from "./Link";
import styles from "./SectionTabs.module.css";

interface Props {
  label: string;
  tabs: { to: string; label: string; exact?: boolean }[];
}

/** Pages of one section side by side; each is an address of its own. */
export function SectionTabs({ label, tabs }: Props) {
  const row = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });

  // On a phone the row scrolls; the present page's tab must not be out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another present tab
  useEffect(() => {
    row.current
      ?.querySelector("[aria-current=page]")
      ?.scrollIntoView?.({ block: "nearest", inline: "center" });
  }, [path]);

  return (
    <nav ref={row} aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} exact={tab.exact} className={styles.tab}>
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
