import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Help } from "@/features/palette/Help";
import { Palette } from "@/features/palette/Palette";
import { useT } from "@/lib/i18n/I18nProvider";
import { useLive } from "@/lib/live";
import { isMember, isStaff, useAnySession } from "@/lib/session/session";
import { useProfileLanguage } from "@/lib/session/useLanguage";
import { ConnectionBar } from "./ConnectionBar";
import styles from "./DeskFrame.module.css";
import { OperatorFrame } from "./OperatorFrame";
import { Rail } from "./Rail";
import { TopBar } from "./TopBar";
import { usePages } from "./usePages";

const storageKey = "atum.rail";

/** Staff's, or an operator's, who has no tickets here. */
export function DeskFrame() {
  const session = useAnySession();
  return isMember(session) && isStaff(session.role) ? <StaffFrame /> : <OperatorFrame />;
}

/** Rail, top bar, page. Mounted once: the live stream and the palette live here. */
function StaffFrame() {
  const t = useT();
  const [narrow, setNarrow] = useState(() => localStorage.getItem(storageKey) === "narrow");
  const [drawer, setDrawer] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useLive();
  usePages();
  useProfileLanguage();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer
  useEffect(() => setDrawer(false), [path]);

  function toggle() {
    localStorage.setItem(storageKey, narrow ? "wide" : "narrow");
    setNarrow(!narrow);
  }

  return (
    <div className={styles.frame} data-narrow={narrow || undefined} data-drawer={drawer || undefined}>
      <a href="#content" className={styles.skip}>
        {t("common.skip_to_content")}
      </a>
      <Rail narrow={narrow && !drawer} onToggle={toggle} />
      <button
        type="button"
        className={styles.veil}
        aria-label={t("common.close")}
        tabIndex={drawer ? 0 : -1}
        onClick={() => setDrawer(false)}
      />
      <div className={styles.column}>
        <ConnectionBar />
        <TopBar onMenu={() => setDrawer(true)} />
        <main id="content" tabIndex={-1} className={styles.page}>
          <Outlet />
        </main>
      </div>
      <Palette />
      <Help />
    </div>
  );
}
