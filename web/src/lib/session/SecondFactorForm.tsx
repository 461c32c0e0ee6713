import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import styles from "./SignInForm.module.css";
import { giveSecondFactor, type Session } from "./session";

interface Props {
  onSignedIn: (session: Session) => void;
  onBack: () => void;
}

/** After the right password: the code of the second factor. Letters are taken too, for recovery codes. */
export function SecondFactorForm({ onSignedIn, onBack }: Props) {
  const t = useT();
  const [code, setCode] = useState("");
  const attempt = useMutation({ mutationFn: () => giveSecondFactor(code), onSuccess: onSignedIn });
  const status = attempt.error instanceof ProblemError ? attempt.error.status : undefined;
  const wrong = status === 422;

  function words() {
    return status === 401 ? t("session.challenge_over") : errorWords(t, attempt.error);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    attempt.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <p className={styles.lead}>{t("session.second_factor_lead")}</p>
      {attempt.isError && !wrong && <Notice tone="danger">{words()}</Notice>}
      <Field
        label={t("session.code")}
        hint={t("session.recovery_hint")}
        dir="ltr"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
        error={wrong ? t("session.code_wrong") : undefined}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="submit" tone="primary" size="large" busy={attempt.isPending}>
        {t("session.confirm")}
      </Button>
      <Button tone="quiet" onClick={onBack}>
        {t("session.start_again")}
      </Button>
    </form>
  );
}
