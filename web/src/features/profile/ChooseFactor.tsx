import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { ErrorState } from "@/ui/ErrorState";
import { PasskeyIcon, ProgramIcon } from "@/ui/icons";
import { SkeletonRows } from "@/ui/Skeleton";
import { AddPasskey } from "./AddPasskey";
import { PasskeyPlace, passkeysWorkHere } from "./PasskeyPlace";
import styles from "./ProfilePage.module.css";
import { secondOf, useFactors } from "./queries";
import { SetUpProgram } from "./SetUpProgram";

/** For somebody who must have a second factor and has none: either kind will do. */
export function ChooseFactor({ onDone }: { onDone: () => void }) {
  const t = useT();
  const { factors, error, retry } = useFactors();
  const [chosen, setChosen] = useState<"passkey" | "program" | null>(null);
  if (error) return <ErrorState error={error} retry={retry} />;
  if (!factors) return <SkeletonRows count={2} height={64} />;
  const flow = { second: secondOf(factors), onDone, onCancel: () => setChosen(null) };
  if (chosen === "passkey") return <AddPasskey {...flow} />;
  if (chosen === "program") return <SetUpProgram {...flow} />;
  return (
    <div className={styles.choices}>
      {passkeysWorkHere(factors.passkeys.origin) ? (
        <button type="button" className={styles.choice} onClick={() => setChosen("passkey")}>
          <PasskeyIcon size={20} />
          <strong>{t("passkey.one")}</strong>
          <span>{t("passkey.one_lead")}</span>
        </button>
      ) : (
        <PasskeyPlace origin={factors.passkeys.origin} />
      )}
      <button type="button" className={styles.choice} onClick={() => setChosen("program")}>
        <ProgramIcon size={20} />
        <strong>{t("profile.program")}</strong>
        <span>{t("profile.program_lead")}</span>
      </button>
    </div>
  );
}
