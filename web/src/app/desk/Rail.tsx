import { useCounters } from "@/lib/counters";
import { useT } from "@/lib/i18n/I18nProvider";
import { keyLabel } from "@/lib/keyboard";
import { openPalette } from "@/lib/palette";
import { paths } from "@/lib/paths";
import { mayAccept, mayMonitor, useSession } from "@/lib/session/session";
import { Emblem } from "@/ui/Emblem";
import { IconButton } from "@/ui/IconButton";
import {
  AllTicketsIcon,
  DashboardIcon,
  HideListIcon,
  InboxIcon,
  JobsIcon,
  MonitoringIcon,
  OutboxIcon,
  PersonIcon,
  SearchIcon,
  SettingsIcon,
  ShowListIcon,
  UnassignedIcon,
} from "@/ui/icons";
import { Key } from "@/ui/Key";
import { Wordmark } from "@/ui/Wordmark";
import { OrganizationMenu } from "./OrganizationMenu";
import styles from "./Rail.module.css";
import { RailItem } from "./RailItem";

export function Rail({ narrow, onToggle }: { narrow: boolean; onToggle: () => void }) {
  const t = useT();
  const session = useSession();
  const { role } = session;
  const counters = useCounters();
  const icon = 16;
  return (
    <nav className={styles.rail} aria-label={t("frame.rail")} data-narrow={narrow || undefined}>
      <div className={styles.brand}>
        <Emblem size={24} />
        {!narrow && <Wordmark height={11} />}
      </div>
      <OrganizationMenu narrow={narrow} />
      <button
        type="button"
        className={styles.search}
        onClick={openPalette}
        aria-label={narrow ? t("frame.search") : undefined}
      >
        <SearchIcon size={icon} />
        {!narrow && <span>{t("frame.search")}</span>}
        {!narrow && <Key>{keyLabel("mod+k")}</Key>}
      </button>
      <ul className={styles.items}>
        <RailItem
          to={paths.desk.dashboard()}
          icon={<DashboardIcon size={icon} />}
          label={t("frame.dashboard")}
          exact
        />
        {mayAccept(role) && (
          <RailItem
            to={paths.desk.inbox()}
            icon={<InboxIcon size={icon} />}
            label={t("frame.inbox")}
            count={counters.new}
            countWords={t("frame.new_count", { count: counters.new })}
          />
        )}
        <RailItem
          to={paths.desk.mine()}
          icon={<PersonIcon size={icon} />}
          label={t("frame.mine")}
          count={counters.mine}
        />
        <RailItem
          to={paths.desk.unassigned()}
          icon={<UnassignedIcon size={icon} />}
          label={t("frame.unassigned")}
          count={counters.unassigned}
        />
        <RailItem
          to={paths.desk.tickets()}
          icon={<AllTicketsIcon size={icon} />}
          label={t("frame.tickets")}
          exact
        />
      </ul>
      <ul className={styles.foot}>
        {mayAccept(role) && (
          <RailItem to={paths.desk.outbox()} icon={<OutboxIcon size={icon} />} label={t("outbox.title")} />
        )}
        {mayMonitor(session) && (
          <>
            <RailItem
              to={paths.desk.monitoring()}
              icon={<MonitoringIcon size={icon} />}
              label={t("frame.monitoring")}
            />
            <RailItem to={paths.desk.jobs()} icon={<JobsIcon size={icon} />} label={t("frame.jobs")} />
          </>
        )}
        <RailItem
          to={paths.desk.settings.home()}
          icon={<SettingsIcon size={icon} />}
          label={t("frame.settings")}
        />
      </ul>
      <div className={styles.toggle}>
        <IconButton
          label={narrow ? t("frame.expand") : t("frame.collapse")}
          icon={narrow ? <ShowListIcon size={icon} /> : <HideListIcon size={icon} />}
          onClick={onToggle}
        />
      </div>
    </nav>
  );
}
