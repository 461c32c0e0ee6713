import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { makePasskey } from "@/lib/passkeys/authenticator";
import { Field } from "@/ui/Field";
import { toast } from "@/ui/Toast";
import { BothFactorsForm } from "./BothFactorsForm";
import { useDeviceName } from "./device";
import type { secondOf } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";

interface Props {
  second: ReturnType<typeof secondOf>;
  onDone: () => void;
  onCancel?: () => void;
}

/** Name and factors, then the browser's own dialog, then recovery codes if this is the account's first factor. */
export function AddPasskey({ second, onDone, onCancel }: Props) {
  const t = useT();
  const [name, setName] = useState(useDeviceName()(navigator.userAgent));
  const [codes, setCodes] = useState<string[]>([]);

  async function add(body: Schemas["BothFactors"]) {
    const question = await data(client.POST("/api/v1/profile/passkeys/challenge", { body }));
    const made = await makePasskey(question);
    const { recovery_codes } = await data(
      client.POST("/api/v1/profile/passkeys", { body: { ...made, name: name.trim() } }),
    );
    toast("done", t("passkey.added", { name }));
    if (recovery_codes.length > 0) setCodes(recovery_codes);
    else onDone();
  }

  if (codes.length > 0)
    return <RecoveryCodes codes={codes} lead={t("profile.recovery_lead")} onDone={onDone} />;
  return (
    <BothFactorsForm
      second={second}
      lead={t("passkey.add_lead")}
      submit={t("passkey.make")}
      tone="primary"
      act={add}
      onCancel={onCancel}
    >
      <Field
        label={t("passkey.name")}
        hint={t("passkey.name_hint")}
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
    </BothFactorsForm>
  );
}
