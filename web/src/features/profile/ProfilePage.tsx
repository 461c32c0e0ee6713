import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { isStaff, useSession } from "@/lib/session/session";
import { TokenList } from "@/lib/tokens/TokenList";
import { personalTokens } from "@/lib/tokens/tokens";
import { Notice } from "@/ui/Notice";
import { PageHead } from "@/ui/PageHead";
import { Appearance } from "./Appearance";
import { Impersonations } from "./Impersonations";
import { NotificationSettings } from "./NotificationSettings";
import { PasswordForm } from "./PasswordForm";
import { PersonForm } from "./PersonForm";
import styles from "./ProfilePage.module.css";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

/** The same page in the desk and in the portal. */
export function ProfilePage() {
  const t = useT();
  const session = useSession();
  const place = { label: t("profile.title") };
  usePlace(...(isStaff(session.role) ? [{ label: t("settings.title") }, place] : [place]));
  if (session.impersonation) {
    return (
      <div className={styles.page}>
        <PageHead title={t("profile.title")} />
        <Notice tone="info">{t("impersonation.profile", { name: session.person.name })}</Notice>
      </div>
    );
  }
  return (
    <div className={styles.page}>
      <PageHead title={t("profile.title")} />
      <section className={styles.section}>
        <h2>{t("profile.person")}</h2>
        <PersonForm session={session} />
      </section>
      <section className={styles.section}>
        <h2>{t("profile.theme")}</h2>
        <Appearance />
      </section>
      <section className={styles.section}>
        <h2>{t("profile.notifications")}</h2>
        <NotificationSettings />
      </section>
      {session.managed ? (
        <Notice tone="info">{t("single_sign_on.managed")}</Notice>
      ) : (
        <>
          <section className={styles.section}>
            <h2>{t("profile.password")}</h2>
            <PasswordForm />
          </section>
          <section className={styles.section}>
            <h2>{t("profile.second_factor")}</h2>
            <SecondFactor />
          </section>
        </>
      )}
      <section className={styles.section}>
        <h2>{t("settings.tokens")}</h2>
        <TokenList owner={personalTokens} />
      </section>
      <section className={styles.section}>
        <h2>{t("profile.sessions")}</h2>
        <Sessions />
      </section>
      <section className={styles.section}>
        <h2>{t("impersonation.title")}</h2>
        <Impersonations />
      </section>
    </div>
  );
}
