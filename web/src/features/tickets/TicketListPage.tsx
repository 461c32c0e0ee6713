import { useNavigate, useSearch } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { EmptyList } from "./EmptyList";
import { FilterBar } from "./FilterBar";
import { type Filters, filtersOf, isNarrowed, type View } from "./filters";
import styles from "./TicketListPage.module.css";
import { TicketTable } from "./TicketTable";
import { useTicketList } from "./useTicketList";

const places = {
  inbox: paths.desk.inbox(),
  mine: paths.desk.mine(),
  unassigned: paths.desk.unassigned(),
  all: paths.desk.tickets(),
};

function TicketListPage({ view }: { view: View }) {
  const t = useT();
  const navigate = useNavigate();
  const filters = filtersOf(useSearch({ strict: false }));
  const list = useTicketList(view, filters);
  usePlace({ label: t(view === "all" ? "frame.tickets" : `frame.${view}`) });

  function setFilters(next: Filters) {
    void navigate({ to: places[view], search: next as never, replace: true });
  }

  return (
    <div className={styles.page}>
      {view !== "inbox" && (
        <header className={styles.header}>
          <FilterBar view={view} filters={filters} onChange={setFilters} />
        </header>
      )}
      <TicketTable
        list={list}
        view={view}
        filters={filters}
        empty={<EmptyList view={view} narrowed={isNarrowed(filters)} onClear={() => setFilters({})} />}
      />
    </div>
  );
}

export function AllTicketsPage() {
  return <TicketListPage view="all" />;
}

export function MyTicketsPage() {
  return <TicketListPage view="mine" />;
}

export function UnassignedPage() {
  return <TicketListPage view="unassigned" />;
}

export function InboxPage() {
  return <TicketListPage view="inbox" />;
}
