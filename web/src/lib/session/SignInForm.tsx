import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { PasswordField } from "@/ui/PasswordField";
import { PasskeySignIn } from "./PasskeySignIn";
import { SecondFactorForm } from "./SecondFactorForm";
import styles from "./SignInForm.module.css";
import { type AnySession, needsSecondFactor, signIn } from "./session";

interface Props {
  /** Given when a session expired: only the same account may continue in this page. */
  email?: string;
  onSignedIn: (session: AnySession) => void;
}

export function SignInForm({ email: known, onSignedIn }: Props) {
  const t = useT();
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: () => signIn(email, password), onSuccess: onSignedIn });

  function submit(event: FormEvent) {
    event.preventDefault();
    // The overlay may lie inside another form's tree; its submit must not travel up.
    event.stopPropagation();
    attempt.mutate();
  }

  if (needsSecondFactor(attempt.error)) {
    return <SecondFactorForm onSignedIn={onSignedIn} onBack={attempt.reset} />;
  }
  const wrong = attempt.error instanceof ProblemError && attempt.error.status === 401;
  return (
    <form className={styles.form} onSubmit={submit}>
      {attempt.isError && (
        <Notice tone="danger">{wrong ? t("session.wrong") : errorWords(t, attempt.error)}</Notice>
      )}
      <Field
        label={t("session.email")}
        type="email"
        dir="ltr"
        autoComplete={known === undefined ? "username webauthn" : "username"}
        required
        value={email}
        readOnly={known !== undefined}
        autoFocus={known === undefined}
        onChange={(event) => setEmail(event.target.value)}
      />
      <PasswordField
        label={t("session.password")}
        autoComplete="current-password"
        required
        autoFocus={known !== undefined}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" tone="primary" size="large" busy={attempt.isPending}>
        {t("session.sign_in")}
      </Button>
      <PasskeySignIn suggested={known === undefined} onSignedIn={onSignedIn} />
    </form>
  );
}
