import type { ReactNode } from "react";
import { useFormat } from "@/lib/i18n/I18nProvider";
import { Link } from "@/ui/Link";
import styles from "./Rail.module.css";

interface Props {
  to: string;
  icon: ReactNode;
  label: string;
  count?: number;
  countWords?: string;
  exact?: boolean;
}

export function RailItem({ to, icon, label, count = 0, countWords, exact }: Props) {
  const format = useFormat();
  return (
    <li>
      <Link to={to} exact={exact} className={styles.item} title={label}>
        {icon}
        <span className={styles.label}>{label}</span>
        {count > 0 && (
          <span className={styles.count}>
            <span aria-hidden={countWords !== undefined}>{format.number(count)}</span>
            {countWords && <span className="visually-hidden">{countWords}</span>}
          </span>
        )}
      </Link>
    </li>
  );
}
