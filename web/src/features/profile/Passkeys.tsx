import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { PlusIcon } from "@/ui/icons";
import { AddPasskey } from "./AddPasskey";
import { PasskeyPlace, passkeysWorkHere } from "./PasskeyPlace";
import { PasskeyRow } from "./PasskeyRow";
import styles from "./ProfilePage.module.css";
import { type Factors, secondOf, useFactorsChanged } from "./queries";

export function Passkeys({ factors }: { factors: Factors }) {
  const t = useT();
  const changed = useFactorsChanged();
  const [adding, setAdding] = useState(false);
  const { origin, passkeys } = factors.passkeys;

  function done() {
    setAdding(false);
    void changed();
  }

  return (
    <section className={styles.kind} aria-labelledby="passkeys">
      <h3 id="passkeys">{t("passkey.title")}</h3>
      <p className={styles.lead}>{t("passkey.lead")}</p>
      {passkeys.length > 0 && (
        <ul className={styles.rows}>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} factors={factors} />
          ))}
        </ul>
      )}
      <PasskeyPlace origin={origin} />
      {adding ? (
        <AddPasskey second={secondOf(factors)} onDone={done} onCancel={() => setAdding(false)} />
      ) : (
        passkeysWorkHere(origin) && (
          <Button icon={<PlusIcon size={16} />} onClick={() => setAdding(true)}>
            {t("passkey.add")}
          </Button>
        )
      )}
    </section>
  );
}
