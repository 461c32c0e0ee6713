import type { ReactNode } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Emblem } from "./Emblem";
import { LanguageMenu } from "./LanguageMenu";
import { Link } from "./Link";
import styles from "./PublicFrame.module.css";
import { ThemeMenu } from "./ThemeMenu";
import { Wordmark } from "./Wordmark";

interface Props {
  /** Beside the language and theme menus. */
  action?: ReactNode;
  /** The page uses the width of a large screen. */
  wide?: boolean;
  children: ReactNode;
}

/** The frame of the pages that need no sign-in. */
export function PublicFrame({ action, wide, children }: Props) {
  const t = useT();
  return (
    <div className={styles.frame} data-wide={wide || undefined}>
      <a href="#content" className={styles.skip}>
        {t("common.skip_to_content")}
      </a>
      <header className={styles.header}>
        <Link to={paths.landing()} className={styles.brand}>
          <Emblem size={28} />
          <Wordmark height={11} className={styles.wordmark} />
        </Link>
        <div className={styles.tools}>
          <LanguageMenu />
          <ThemeMenu />
          {action}
        </div>
      </header>
      <main id="content" className={styles.main}>
        {children}
      </main>
      <footer className={styles.footer}>
        <Link to={paths.apiReference()}>{t("landing.reference")}</Link>
      </footer>
    </div>
  );
}
