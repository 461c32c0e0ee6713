import { useInfiniteQuery } from "@tanstack/react-query";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { EmptyState } from "@/ui/EmptyState";
import { Link } from "@/ui/Link";
import { type Scope, ticketsQuery } from "./queries";
import { TicketList } from "./TicketList";
import styles from "./TicketList.module.css";

export function SearchResults({ scope, words }: { scope: Scope; words: string }) {
  const t = useT();
  const filter = { scope, q: words };
  const { data } = useInfiniteQuery(ticketsQuery(filter));
  const count = data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0;
  const more = Boolean(data?.pages.at(-1)?.next_cursor);
  if (data && count === 0) {
    return (
      <EmptyState
        title={t("portal.none_found")}
        action={
          <Link to={paths.portal.newTicket()} search={{ subject: words }} className={styles.link}>
            {t("portal.ask", { words })}
          </Link>
        }
      >
        {t("portal.none_found_lead")}
      </EmptyState>
    );
  }
  const title = data ? t(more ? "portal.results_more" : "portal.results", { count }) : t("common.loading");
  return <TicketList title={title} filter={filter} announce />;
}
