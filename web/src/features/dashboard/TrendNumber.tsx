import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { TrendDownIcon, TrendUpIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import styles from "./DashboardPage.module.css";

interface Props {
  label: string;
  trend: Schemas["Trend"];
  /** Which direction is the good one. */
  good: "more" | "fewer";
  /** Anything but zero deserves attention. */
  alarming?: boolean;
  to: string;
  search?: Record<string, string>;
}

/** One number, what it was a day ago, and the list behind it. */
export function TrendNumber({ label, trend, good, alarming, to, search }: Props) {
  const format = useFormat();
  return (
    <li>
      <Link
        to={to}
        search={search}
        className={styles.number}
        data-alarming={(alarming && trend.value > 0) || undefined}
      >
        <span className={styles.label}>{label}</span>
        <span className={styles.value}>{format.number(trend.value)}</span>
        {trend.yesterday != null && <Difference by={trend.value - trend.yesterday} good={good} />}
      </Link>
    </li>
  );
}

function Difference({ by, good }: { by: number; good: "more" | "fewer" }) {
  const t = useT();
  const format = useFormat();
  if (by === 0) return <span className={styles.trend}>{t("dashboard.same")}</span>;
  const direction = by > 0 ? "more" : "fewer";
  const Icon = by > 0 ? TrendUpIcon : TrendDownIcon;
  return (
    <span className={styles.trend} data-tone={direction === good ? "good" : "bad"}>
      <Icon size={14} />
      {t(`dashboard.${direction}`, { count: format.number(Math.abs(by)) })}
    </span>
  );
}
