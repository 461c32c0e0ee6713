import { Outlet } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { useConnected, useLive } from "@/lib/live";
import { paths } from "@/lib/paths";
import { useSession } from "@/lib/session/session";
import { useProfileLanguage } from "@/lib/session/useLanguage";
import { Emblem } from "@/ui/Emblem";
import { Link } from "@/ui/Link";
import { AccountMenu } from "./AccountMenu";
import styles from "./PortalFrame.module.css";

export function PortalFrame() {
  const t = useT();
  const session = useSession();
  const connected = useConnected();
  useLive();
  useProfileLanguage();
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t("common.skip_to_content")}
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link to={paths.portal.home()} exact className={styles.brand}>
            <Emblem size={28} />
            <bdi className={styles.name}>{session.organization.name}</bdi>
          </Link>
          <AccountMenu session={session} />
        </div>
      </header>
      {!connected && (
        <p className={styles.lost} role="status">
          {t("live.lost")}
        </p>
      )}
      <main id="content" className={styles.main}>
        <Outlet />
      </main>
    </div>
  );
}
