import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { SecondFactorForm } from "@/lib/session/SecondFactorForm";
import { SignInForm } from "@/lib/session/SignInForm";
import { type AnySession, useAdoptSession, useMaybeSession } from "@/lib/session/session";
import { Emblem } from "@/ui/Emblem";
import { Link } from "@/ui/Link";
import { PublicFrame } from "@/ui/PublicFrame";
import { ChooseOrganization } from "./ChooseOrganization";
import { FindOrganization } from "./FindOrganization";
import { FromProvider } from "./FromProvider";
import { destination } from "./next";
import { ProviderButton } from "./ProviderButton";
import styles from "./SignInPage.module.css";

export function SignInPage() {
  const { t } = useI18n();
  usePlace({ label: t("session.sign_in") });
  const { next, wanted, refused } = useSearch({ strict: false }) as Record<string, string | undefined>;
  const { organization } = useParams({ strict: false }) as { organization?: string };
  const before = useMaybeSession();
  const adopt = useAdoptSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [choosing, setChoosing] = useState<AnySession | null>(null);

  function enter(session: AnySession) {
    // Nothing that was fetched for somebody else may be shown to the one who comes now.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    adopt(session);
    void navigate({ href: destination(session.role, next) });
  }

  function signedIn(session: AnySession) {
    if (session.organizations.length > 1) setChoosing(session);
    else enter(session);
  }

  return (
    <PublicFrame>
      <section className={styles.place}>
        <Emblem size={72} />
        <div className={styles.panel}>
          {choosing ? (
            <ChooseOrganization session={choosing} next={next} onStay={() => enter(choosing)} />
          ) : (
            <>
              <h1 className={styles.title}>{t("session.sign_in")}</h1>
              <p className={styles.lead}>{t("session.sign_in_lead")}</p>
              {before && (
                <button type="button" className={styles.goOn} onClick={() => enter(before)}>
                  {t("session.go_on", { name: before.person?.name ?? before.email })}
                </button>
              )}
              <FromProvider wanted={wanted} refused={refused} />
              {wanted === "code" ? (
                <SecondFactorForm onSignedIn={enter} onBack={() => void navigate({ to: ".", search: {} })} />
              ) : (
                <>
                  {organization && wanted !== "link" && <ProviderButton slug={organization} next={next} />}
                  <SignInForm onSignedIn={signedIn} />
                  {!organization && <FindOrganization next={next} />}
                </>
              )}
              <p className={styles.note}>
                {t("session.by_invitation")}{" "}
                <Link to={paths.forgottenPassword()} className={styles.link}>
                  {t("session.forgotten")}
                </Link>
              </p>
            </>
          )}
        </div>
      </section>
    </PublicFrame>
  );
}
