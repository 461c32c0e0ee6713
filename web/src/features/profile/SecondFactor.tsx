import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { BothFactors } from "./BothFactors";
import styles from "./ProfilePage.module.css";
import { RecoveryCodes } from "./RecoveryCodes";
import { SetUpSecondFactor } from "./SetUpSecondFactor";

function Off({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [settingUp, setSettingUp] = useState(false);
  return (
    <div>
      <p className={styles.lead}>{t("profile.second_factor_lead")}</p>
      {settingUp ? (
        <SetUpSecondFactor onDone={onDone} />
      ) : (
        <Button onClick={() => setSettingUp(true)}>{t("profile.second_factor_set_up")}</Button>
      )}
    </div>
  );
}

function On({ state, onChange }: { state: Schemas["SecondFactor"]; onChange: () => void }) {
  const t = useT();
  const format = useFormat();
  const [asking, setAsking] = useState<"codes" | "removal" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);

  async function act(body: Schemas["BothFactors"]) {
    if (asking === "codes") {
      const made = await data(client.POST("/api/v1/profile/second-factor/recovery-codes", { body }));
      setCodes(made.recovery_codes);
    } else {
      await data(client.POST("/api/v1/profile/second-factor/removal", { body }));
      toast("done", t("profile.second_factor_removed"));
    }
    setAsking(null);
    onChange();
  }

  const action = asking === "codes" ? t("profile.recovery_new") : t("profile.second_factor_remove");
  return (
    <div>
      <p className={styles.lead}>
        {t("profile.second_factor_since", { date: format.date(state.enrolled_at ?? "") })}{" "}
        {t("profile.recovery_left", { count: state.recovery_codes_left })}
      </p>
      {codes ? (
        <RecoveryCodes codes={codes} lead={t("profile.recovery_lead_again")} onDone={() => setCodes(null)} />
      ) : (
        <div className={styles.actions}>
          <Button onClick={() => setAsking("codes")}>{t("profile.recovery_new")}</Button>
          <Button onClick={() => setAsking("removal")}>{t("profile.second_factor_remove")}</Button>
        </div>
      )}
      {asking && (
        <BothFactors
          title={action}
          tone={asking === "codes" ? "primary" : "danger"}
          act={act}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

export function SecondFactor() {
  const queries = useQueryClient();
  const state = useQuery({
    queryKey: ["second-factor"],
    queryFn: () => data(client.GET("/api/v1/profile/second-factor")),
  });
  const changed = () => {
    void queries.invalidateQueries({ queryKey: ["second-factor"] });
    void queries.invalidateQueries({ queryKey: ["sessions"] });
  };
  if (state.isError) return <ErrorState error={state.error} retry={() => void state.refetch()} />;
  if (state.isPending) return <SkeletonRows count={1} height={56} />;
  return state.data.enrolled_at ? <On state={state.data} onChange={changed} /> : <Off onDone={changed} />;
}
