import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { signOut, useAnySession } from "@/lib/session/session";
import { Emblem } from "@/ui/Emblem";
import { IconButton } from "@/ui/IconButton";
import { JobsIcon, MenuIcon, MonitoringIcon, SignOutIcon } from "@/ui/icons";
import { LanguageMenu } from "@/ui/LanguageMenu";
import { ThemeMenu } from "@/ui/ThemeMenu";
import { Wordmark } from "@/ui/Wordmark";
import frame from "./DeskFrame.module.css";
import styles from "./OperatorFrame.module.css";
import rail from "./Rail.module.css";
import { RailItem } from "./RailItem";
import { Crumbs } from "./TopBar";
import bar from "./TopBar.module.css";

/** The desk of who runs the installation and is in no organization: how the work goes, and no ticket. */
export function OperatorFrame() {
  const t = useT();
  const [drawer, setDrawer] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer
  useEffect(() => setDrawer(false), [path]);
  return (
    <div className={frame.frame} data-drawer={drawer || undefined}>
      <a href="#content" className={frame.skip}>
        {t("common.skip_to_content")}
      </a>
      <OperatorRail />
      <button
        type="button"
        className={frame.veil}
        aria-label={t("common.close")}
        tabIndex={drawer ? 0 : -1}
        onClick={() => setDrawer(false)}
      />
      <div className={frame.column}>
        <header className={bar.bar}>
          <span className={bar.menu}>
            <IconButton
              label={t("frame.menu")}
              icon={<MenuIcon size={18} />}
              onClick={() => setDrawer(true)}
            />
          </span>
          <Crumbs />
          <LanguageMenu />
          <ThemeMenu />
          <IconButton
            label={t("session.sign_out")}
            icon={<SignOutIcon size={16} />}
            onClick={() => void signOut(paths.landing())}
          />
        </header>
        <main id="content" tabIndex={-1} className={frame.page}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}

function OperatorRail() {
  const t = useT();
  const { email } = useAnySession();
  return (
    <nav className={rail.rail} aria-label={t("frame.rail")}>
      <div className={rail.brand}>
        <Emblem size={24} />
        <Wordmark height={11} />
      </div>
      <div className={styles.who}>
        <strong>{t("frame.operator")}</strong>
        <bdi className={styles.email}>{email}</bdi>
      </div>
      <ul className={rail.items}>
        <RailItem
          to={paths.desk.monitoring()}
          icon={<MonitoringIcon size={16} />}
          label={t("frame.monitoring")}
        />
        <RailItem to={paths.desk.jobs()} icon={<JobsIcon size={16} />} label={t("frame.jobs")} />
      </ul>
    </nav>
  );
}
