import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { expiry } from "@/api/expiry";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Dialog } from "@/ui/Dialog";
import { SignInForm } from "./SignInForm";
import styles from "./SignInForm.module.css";
import { type AnySession, sessionQuery } from "./session";

/** Lies over the page when a call was answered 401; what was typed stays, what failed is sent again. */
export function ExpiredSession() {
  const t = useT();
  const queries = useQueryClient();
  const expired = useSyncExternalStore(expiry.subscribe, expiry.isExpired);
  const before = queries.getQueryData(sessionQuery.queryKey);

  function signedIn(session: AnySession) {
    const same = session.organization?.id === before?.organization?.id && session.email === before?.email;
    if (before && !same) {
      // Another organization, or another's passkey: what is on this page does not belong to the new session.
      window.location.reload();
      return;
    }
    queries.setQueryData(sessionQuery.queryKey, session);
    expiry.settle(true);
  }

  return (
    <Dialog open={expired} onClose={() => expiry.settle(false)} title={t("session.expired")}>
      <p className={styles.lead}>{t("session.expired_lead")}</p>
      {before?.managed && before.organization ? (
        <a className={styles.elsewhere} href={paths.signInTo(before.organization.slug)}>
          {t("single_sign_on.again")}
        </a>
      ) : (
        <SignInForm email={before?.email ?? ""} onSignedIn={signedIn} />
      )}
    </Dialog>
  );
}
