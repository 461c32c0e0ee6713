import { Fragment } from "react";
import { NotificationsPopover } from "@/features/notifications/NotificationsPopover";
import { useT } from "@/lib/i18n/I18nProvider";
import { openPalette } from "@/lib/palette";
import { useCrumbs } from "@/lib/place";
import { IconButton } from "@/ui/IconButton";
import { MenuIcon, SearchIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { PersonMenu } from "./PersonMenu";
import styles from "./TopBar.module.css";

export function TopBar({ onMenu }: { onMenu: () => void }) {
  const t = useT();
  return (
    <header className={styles.bar}>
      <span className={styles.menu}>
        <IconButton label={t("frame.menu")} icon={<MenuIcon size={18} />} onClick={onMenu} />
      </span>
      <Crumbs />
      <IconButton
        label={t("frame.search")}
        shortcut="/"
        icon={<SearchIcon size={16} />}
        onClick={openPalette}
      />
      <NotificationsPopover />
      <PersonMenu />
    </header>
  );
}

export function Crumbs() {
  const t = useT();
  const crumbs = useCrumbs();
  if (crumbs.length < 2) return <h1 className={styles.title}>{crumbs[0]?.label}</h1>;
  return (
    <nav className={styles.crumbs} aria-label={t("frame.breadcrumb")}>
      {crumbs.map((crumb, index) => (
        <Fragment key={crumb.label}>
          {index > 0 && <span aria-hidden="true">/</span>}
          {crumb.to ? (
            <Link to={crumb.to} className={styles.crumb}>
              {crumb.label}
            </Link>
          ) : (
            <span aria-current="page" className={styles.here}>
              {crumb.label}
            </span>
          )}
        </Fragment>
      ))}
    </nav>
  );
}
