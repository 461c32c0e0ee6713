import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { askForPasskey } from "@/lib/passkeys/authenticator";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { PasskeyIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { PasswordField } from "@/ui/PasswordField";
import styles from "./ProfilePage.module.css";
import type { secondOf } from "./queries";
import { refusalAt } from "./refusal";

export interface BothFactorsProps {
  /** What the account has, and so what is asked for beside the password. */
  second: ReturnType<typeof secondOf>;
  lead: string;
  submit: string;
  tone: "primary" | "danger";
  act: (body: Schemas["BothFactors"]) => Promise<void>;
  /** Fields of the act itself, before the factors. */
  children?: ReactNode;
  onCancel?: () => void;
}

/** The password, and the second factor where there is one, before something that an open screen alone must not do. */
export function BothFactorsForm({ second, lead, submit, tone, act, children, onCancel }: BothFactorsProps) {
  const t = useT();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [byCode, setByCode] = useState(!second.passkey);
  const attempt = useMutation({ mutationFn: async () => act(await proof()) });
  const passwordWrong = refusalAt(attempt.error, "current_password");
  const codeWrong = refusalAt(attempt.error, "code");
  const passkeyWrong = refusalAt(attempt.error, "passkey");

  async function proof(): Promise<Schemas["BothFactors"]> {
    if (!second.any) return { current_password: password };
    if (byCode) return { current_password: password, code };
    const question = await data(client.POST("/api/v1/profile/second-factor/passkey"));
    return { current_password: password, passkey: await askForPasskey(question) };
  }

  function begin(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    attempt.mutate();
  }

  function change() {
    attempt.reset();
    setByCode(!byCode);
  }

  return (
    <form className={styles.form} onSubmit={begin}>
      <p className={styles.lead}>{lead}</p>
      {children}
      <PasswordField
        label={t("profile.current_password")}
        autoComplete="current-password"
        required
        autoFocus
        error={passwordWrong ? t("profile.current_wrong") : undefined}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {second.any && byCode && (
        <Field
          label={second.program ? t("session.code") : t("session.recovery_code")}
          hint={second.program ? t("session.recovery_hint") : undefined}
          dir="ltr"
          autoComplete="one-time-code"
          required
          error={codeWrong ? t("session.code_wrong") : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      )}
      {second.any && !byCode && <p className={styles.lead}>{t("passkey.asked_next")}</p>}
      {attempt.isError && !passwordWrong && !codeWrong && (
        <Notice tone="danger">{passkeyWrong ? t("passkey.refused") : errorWords(t, attempt.error)}</Notice>
      )}
      <div className={styles.actions}>
        <Button type="submit" tone={tone} busy={attempt.isPending}>
          {submit}
        </Button>
        {onCancel && <Button onClick={onCancel}>{t("common.cancel")}</Button>}
        {second.passkey && (
          <Button tone="quiet" icon={byCode && <PasskeyIcon size={16} />} onClick={change}>
            {byCode ? t("passkey.instead") : t("passkey.code_instead")}
          </Button>
        )}
      </div>
    </form>
  );
}
