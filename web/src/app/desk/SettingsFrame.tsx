import { Outlet } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { useSession } from "@/lib/session/session";
import { SectionTabs } from "@/ui/SectionTabs";
import styles from "./SettingsFrame.module.css";

/** The pages of the settings side by side; who may change nothing there sees only the own profile. */
export function SettingsFrame() {
  const t = useT();
  const { role } = useSession();
  const { settings } = paths.desk;
  const tabs = [
    { to: settings.people(), label: t("settings.people") },
    { to: settings.companies(), label: t("settings.companies") },
    { to: settings.policy(), label: t("settings.policy") },
    { to: settings.calendar(), label: t("settings.calendar") },
    { to: settings.mail(), label: t("settings.mail") },
    { to: settings.security(), label: t("settings.security") },
    { to: settings.tokens(), label: t("settings.tokens") },
    { to: settings.audit(), label: t("settings.audit") },
    { to: settings.profile(), label: t("settings.profile") },
  ];
  return (
    <div className={styles.frame}>
      {role === "admin" && <SectionTabs label={t("settings.title")} tabs={tabs} />}
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  );
}
