import { useSearch } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { useSession } from "@/lib/session/session";
import { PlusIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { SectionTabs } from "@/ui/SectionTabs";
import styles from "./HomePage.module.css";
import type { Scope } from "./queries";
import { SearchField } from "./SearchField";
import { SearchResults } from "./SearchResults";
import { TicketList } from "./TicketList";

const over = "resolved,closed,cancelled";

function Tickets({ scope }: { scope: Scope }) {
  const t = useT();
  const { q } = useSearch({ strict: false }) as { q?: string };
  if (q) return <SearchResults scope={scope} words={q} />;
  return (
    <>
      <TicketList title={t("portal.open")} filter={{ scope, status: "open" }} whenEmpty />
      <TicketList title={t("portal.earlier")} filter={{ scope, status: over }} />
    </>
  );
}

function Home({ scope }: { scope: Scope }) {
  const t = useT();
  const { role, organization } = useSession();
  usePlace({ label: organization.name }, { label: t(scope === "mine" ? "portal.mine" : "portal.company") });
  const tabs = [
    { to: paths.portal.home(), label: t("portal.mine"), exact: true },
    { to: paths.portal.company(), label: t("portal.company") },
  ];
  return (
    <>
      <h1 className={styles.title}>{t("portal.help")}</h1>
      <div className={styles.ask}>
        <SearchField label={t(scope === "mine" ? "portal.search" : "portal.search_company")} />
        <Link to={paths.portal.newTicket()} className={styles.action}>
          <PlusIcon size={18} />
          {t("portal.new_ticket")}
        </Link>
      </div>
      {role === "customer_admin" && <SectionTabs label={t("portal.pages")} tabs={tabs} />}
      <Tickets scope={scope} />
    </>
  );
}

export function HomePage() {
  return <Home scope="mine" />;
}

export function CompanyPage() {
  return <Home scope="company" />;
}
