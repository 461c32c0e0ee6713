import { useQuery } from "@tanstack/react-query";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import styles from "./SecurityPage.module.css";
import { type State, singleSignOnQuery } from "./singleSignOn";

/** In one line how it stands; all of it has a page of its own. */
export function SingleSignOnSection() {
  const t = useT();
  const state = useQuery(singleSignOnQuery).data;
  if (!state) return null;
  return (
    <section>
      <h2 className={styles.heading}>{t("single_sign_on.title")}</h2>
      <p className={styles.lead}>{words(state)}</p>
      <Link to={paths.desk.settings.singleSignOn()} className={styles.link}>
        {t(state.settings ? "single_sign_on.change" : "single_sign_on.set_up")}
      </Link>
    </section>
  );

  function words({ settings, required }: State) {
    if (!settings) return t("single_sign_on.state_none");
    if (!settings.enabled) return t("single_sign_on.state_off");
    const { issuer } = settings;
    return t(required ? "single_sign_on.state_required" : "single_sign_on.state_on", { issuer });
  }
}
