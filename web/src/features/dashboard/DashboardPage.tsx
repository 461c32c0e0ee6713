import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { mayAccept, useSession } from "@/lib/session/session";
import { TicketRow } from "@/lib/tickets/TicketRow";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { DoneIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./DashboardPage.module.css";
import { dashboardQuery } from "./queries";
import { TrendNumber } from "./TrendNumber";
import { VolumeChart } from "./VolumeChart";

export function DashboardPage() {
  const t = useT();
  const { data: dashboard, error, refetch } = useQuery(dashboardQuery);
  usePlace({ label: t("dashboard.title") });
  if (error && !dashboard) return <ErrorState error={error} retry={() => void refetch()} />;
  return (
    <div className={styles.page}>
      {dashboard ? <Contents dashboard={dashboard} /> : <SkeletonRows count={6} height={64} />}
    </div>
  );
}

function Contents({ dashboard }: { dashboard: Schemas["Dashboard"] }) {
  const t = useT();
  const { role } = useSession();
  const waiting = mayAccept(role)
    ? { to: paths.desk.inbox() }
    : { to: paths.desk.tickets(), search: { status: "new" } };
  return (
    <>
      <ul className={styles.numbers}>
        <TrendNumber
          label={t("dashboard.waiting_for_acceptance")}
          trend={dashboard.waiting_for_acceptance}
          good="fewer"
          {...waiting}
        />
        <TrendNumber
          label={t("dashboard.due_today")}
          trend={dashboard.due_today}
          good="fewer"
          to={paths.desk.tickets()}
          search={{ sla: "due_today", sort: "due" }}
        />
        <TrendNumber
          label={t("dashboard.breached")}
          trend={dashboard.breached}
          good="fewer"
          alarming
          to={paths.desk.tickets()}
          search={{ sla: "breached", sort: "due" }}
        />
        <TrendNumber
          label={t("dashboard.answered_today")}
          trend={dashboard.answered_today}
          good="more"
          to={paths.desk.tickets()}
          search={{ sort: "updated" }}
        />
      </ul>
      <VolumeChart volume={dashboard.volume} />
      <section className={styles.section}>
        <header className={styles.head}>
          <h2>{t("dashboard.my_next")}</h2>
          <Link to={paths.desk.mine()} className={styles.more}>
            {t("dashboard.all_mine")}
          </Link>
        </header>
        <MyNext tickets={dashboard.my_next} />
      </section>
    </>
  );
}

function MyNext({ tickets }: { tickets: Schemas["TicketSummary"][] }) {
  const t = useT();
  if (tickets.length > 0) {
    return (
      <ul className={styles.rows}>
        {tickets.map((ticket) => (
          <TicketRow
            key={ticket.id}
            ticket={ticket}
            to={paths.desk.ticket(ticket.number)}
            search={{ view: "mine" }}
          />
        ))}
      </ul>
    );
  }
  return (
    <EmptyState
      icon={<DoneIcon size={24} />}
      title={t("dashboard.nothing_mine")}
      action={
        <Link to={paths.desk.unassigned()} className={styles.more}>
          {t("dashboard.see_unassigned")}
        </Link>
      }
    >
      {t("dashboard.nothing_mine_lead")}
    </EmptyState>
  );
}
