import type { ReactNode } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { obstacle } from "@/lib/passkeys/authenticator";
import styles from "./ProfilePage.module.css";

/** Whether passkeys can be made on this very page, at this installation's origin for them. */
export const passkeysWorkHere = (origin: string | null | undefined) =>
  origin === window.location.origin && obstacle() === null;

/** Why no passkey can be made here, and where it can. */
export function PasskeyPlace({ origin }: { origin: string | null | undefined }): ReactNode {
  const t = useT();
  if (passkeysWorkHere(origin)) return null;
  if (!origin) return <p className={styles.lead}>{t("passkey.no_domain")}</p>;
  if (origin === window.location.origin) return <p className={styles.lead}>{t("passkey.unsupported")}</p>;
  return (
    <p className={styles.lead}>
      {t("passkey.elsewhere")}{" "}
      <a className={styles.link} dir="ltr" href={`${origin}${window.location.pathname}`}>
        {origin}
      </a>
    </p>
  );
}
