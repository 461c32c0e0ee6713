import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { RecoveryIcon } from "@/ui/icons";
import { BothFactors } from "./BothFactors";
import styles from "./ProfilePage.module.css";
import { type Factors, secondOf, useFactorsChanged } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";

/** How many codes are left, and new ones. */
export function RecoveryRow({ factors }: { factors: Factors }) {
  const t = useT();
  const changed = useFactorsChanged();
  const [asking, setAsking] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);

  async function replace(body: Schemas["BothFactors"]) {
    const made = await data(client.POST("/api/v1/profile/second-factor/recovery-codes", { body }));
    setCodes(made.recovery_codes);
    setAsking(false);
    await changed();
  }

  return (
    <section className={styles.kind} aria-label={t("profile.recovery")}>
      {codes ? (
        <RecoveryCodes codes={codes} lead={t("profile.recovery_lead_again")} onDone={() => setCodes(null)} />
      ) : (
        <>
          <h3>{t("profile.recovery")}</h3>
          <div className={styles.session}>
            <RecoveryIcon size={20} />
            <span className={styles.words}>
              {t("profile.recovery_left", { count: factors.state.recovery_codes_left })}
            </span>
            <Button onClick={() => setAsking(true)}>{t("profile.recovery_new")}</Button>
          </div>
        </>
      )}
      {asking && (
        <BothFactors
          title={t("profile.recovery_new")}
          lead={t("profile.both_lead")}
          submit={t("profile.recovery_new")}
          tone="primary"
          second={secondOf(factors)}
          act={replace}
          onCancel={() => setAsking(false)}
        />
      )}
    </section>
  );
}
