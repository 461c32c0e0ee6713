import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { Notice } from "@/ui/Notice";
import styles from "./SignInPage.module.css";

const refusals: Record<string, MessageId> = {
  off: "single_sign_on.refused_off",
  unreachable: "single_sign_on.refused_unreachable",
  over: "single_sign_on.refused_over",
  declined: "single_sign_on.refused_declined",
  unproven: "single_sign_on.refused_unproven",
  no_email: "single_sign_on.refused_no_email",
  email_unverified: "single_sign_on.refused_email_unverified",
  domain: "single_sign_on.refused_domain",
  no_role: "single_sign_on.refused_no_role",
  ended: "single_sign_on.refused_ended",
  invited: "single_sign_on.refused_invited",
  known_otherwise: "single_sign_on.refused_known_otherwise",
  second_factor: "single_sign_on.refused_second_factor",
  throttled: "single_sign_on.refused_throttled",
  address: "single_sign_on.refused_address",
};

interface Props {
  wanted: string | undefined;
  refused: string | undefined;
}

/** What became of a sign-in through the provider that ended here. */
export function FromProvider({ wanted, refused }: Props) {
  const t = useT();
  const words = refused === undefined ? undefined : refusals[refused];
  if (!words && wanted !== "link") return null;
  return (
    <div className={styles.told}>
      {words ? (
        <Notice tone="danger">{t(words)}</Notice>
      ) : (
        <Notice tone="info">{t("single_sign_on.link")}</Notice>
      )}
    </div>
  );
}
