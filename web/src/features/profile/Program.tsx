import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { ProgramIcon } from "@/ui/icons";
import { toast } from "@/ui/Toast";
import { BothFactors } from "./BothFactors";
import styles from "./ProfilePage.module.css";
import { type Factors, secondOf, useFactorsChanged } from "./queries";
import { SetUpProgram } from "./SetUpProgram";

/** The program that shows codes. */
export function Program({ factors }: { factors: Factors }) {
  const t = useT();
  const { enrolled_at } = factors.state;
  return (
    <section className={styles.kind} aria-labelledby="program">
      <h3 id="program">{t("profile.program")}</h3>
      {enrolled_at ? <On factors={factors} since={enrolled_at} /> : <Off factors={factors} />}
    </section>
  );
}

function Off({ factors }: { factors: Factors }) {
  const t = useT();
  const changed = useFactorsChanged();
  const [settingUp, setSettingUp] = useState(false);

  function done() {
    setSettingUp(false);
    void changed();
  }

  return (
    <>
      <p className={styles.lead}>{t("profile.second_factor_lead")}</p>
      {settingUp ? (
        <SetUpProgram second={secondOf(factors)} onDone={done} onCancel={() => setSettingUp(false)} />
      ) : (
        <Button onClick={() => setSettingUp(true)}>{t("profile.second_factor_set_up")}</Button>
      )}
    </>
  );
}

function On({ factors, since }: { factors: Factors; since: string }) {
  const t = useT();
  const format = useFormat();
  const changed = useFactorsChanged();
  const [removing, setRemoving] = useState(false);

  async function remove(body: Schemas["BothFactors"]) {
    await data(client.POST("/api/v1/profile/second-factor/removal", { body }));
    setRemoving(false);
    toast("done", t("profile.program_removed"));
    await changed();
  }

  return (
    <div className={styles.session}>
      <ProgramIcon size={20} />
      <span className={styles.words}>{t("profile.second_factor_since", { date: format.date(since) })}</span>
      <Button onClick={() => setRemoving(true)}>{t("profile.program_remove")}</Button>
      {removing && (
        <BothFactors
          title={t("profile.program_remove")}
          lead={t("profile.both_lead")}
          submit={t("profile.program_remove")}
          tone="danger"
          second={secondOf(factors)}
          act={remove}
          onCancel={() => setRemoving(false)}
        />
      )}
    </div>
  );
}
