import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { obstacle } from "@/lib/passkeys/authenticator";
import { confirmByPasskey } from "@/lib/passkeys/signIn";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { PasskeyIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import styles from "./SignInForm.module.css";
import { type AnySession, giveSecondFactor } from "./session";

interface Props {
  onSignedIn: (session: AnySession) => void;
  onBack: () => void;
}

/** With what the account goes on after its password. */
function useChoice(signedIn: boolean) {
  const choice = useQuery({
    queryKey: ["second-factor-choice"],
    queryFn: () => data(client.GET("/api/v1/session/second-factor")),
    // Signed in there is nothing left to choose, and the server would say so.
    enabled: !signedIn,
    gcTime: 0,
    retry: false,
  });
  return {
    pending: choice.isPending,
    passkey: choice.data?.passkey === true && obstacle() === null,
    program: choice.data?.code !== false,
  };
}

/** After the right password: a passkey, or the code of a program. Letters are taken too, for recovery codes. */
export function SecondFactorForm({ onSignedIn, onBack }: Props) {
  const t = useT();
  const [code, setCode] = useState("");
  const byCode = useMutation({ mutationFn: () => giveSecondFactor(code), onSuccess: onSignedIn });
  const byPasskey = useMutation({ mutationFn: confirmByPasskey, onSuccess: onSignedIn });
  const { pending, passkey, program } = useChoice(byCode.isSuccess || byPasskey.isSuccess);
  const wrong = byCode.error instanceof ProblemError && byCode.error.status === 422;
  const error = wrong ? null : (byCode.error ?? byPasskey.error);

  function words() {
    if (!(error instanceof ProblemError)) return errorWords(t, error);
    if (error.status === 401) return t("session.challenge_over");
    return error.status === 422 ? t("passkey.refused") : errorWords(t, error);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    byPasskey.reset();
    byCode.mutate();
  }

  function ask() {
    byCode.reset();
    byPasskey.mutate();
  }

  // The field takes the focus when it comes: not before it is known whether it is what is asked for.
  if (pending) return <div className={styles.form} aria-busy="true" />;
  return (
    <form className={styles.form} onSubmit={submit}>
      {error && <Notice tone="danger">{words()}</Notice>}
      {passkey && (
        <>
          <Button
            tone="primary"
            size="large"
            autoFocus
            icon={<PasskeyIcon size={16} />}
            busy={byPasskey.isPending}
            onClick={ask}
          >
            {t("passkey.use")}
          </Button>
          <p className={styles.or}>{t("passkey.or")}</p>
        </>
      )}
      {program && <p className={styles.lead}>{t("session.second_factor_lead")}</p>}
      <Field
        label={program ? t("session.code") : t("session.recovery_code")}
        hint={program ? t("session.recovery_hint") : t("session.recovery_only_hint")}
        dir="ltr"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus={!passkey}
        error={wrong ? t("session.code_wrong") : undefined}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" tone={passkey ? "plain" : "primary"} size="large" busy={byCode.isPending}>
        {t("session.confirm")}
      </Button>
      <Button tone="quiet" onClick={onBack}>
        {t("session.start_again")}
      </Button>
    </form>
  );
}
