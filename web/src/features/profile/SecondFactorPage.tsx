import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { homeOf, paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { sessionQuery, signOut, useSession } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { PublicFrame } from "@/ui/PublicFrame";
import { ChooseFactor } from "./ChooseFactor";
import styles from "./ProfilePage.module.css";

/** Where staff of an organization that asks for a second factor stay until they have one. */
export function SecondFactorPage() {
  const t = useT();
  const session = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  usePlace({ label: t("profile.second_factor") });

  async function goOn() {
    await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
    await navigate({ to: homeOf(session.role) });
  }

  return (
    <PublicFrame
      action={
        <Button tone="quiet" onClick={() => void signOut(paths.landing())}>
          {t("session.sign_out")}
        </Button>
      }
    >
      <section className={styles.place}>
        <div className={styles.panel}>
          <h1 className={styles.title}>{t("profile.second_factor_required")}</h1>
          <p className={styles.lead}>
            {t("profile.second_factor_required_lead", { organization: session.organization.name })}
          </p>
          <ChooseFactor onDone={() => void goOn()} />
        </div>
      </section>
    </PublicFrame>
  );
}
