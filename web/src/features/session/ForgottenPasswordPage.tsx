import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { Emblem } from "@/ui/Emblem";
import { Field } from "@/ui/Field";
import { Link } from "@/ui/Link";
import { Notice } from "@/ui/Notice";
import { PublicFrame } from "@/ui/PublicFrame";
import styles from "./SignInPage.module.css";

/** Whether a mail goes out depends on the account, which the page does not tell: it says what may happen, and no more. */
export function ForgottenPasswordPage() {
  const t = useT();
  usePlace({ label: t("session.forgotten") });
  const ask = useMutation({
    mutationFn: (email: string) => data(client.POST("/api/v1/password-requests", { body: { email } })),
  });
  return (
    <PublicFrame>
      <section className={styles.place}>
        <Emblem size={72} />
        <div className={styles.panel}>
          <h1 className={styles.title}>{t("session.forgotten")}</h1>
          {ask.isSuccess ? (
            <p className={styles.lead} role="status">
              {t("session.forgotten_done", { email: ask.variables })}
            </p>
          ) : (
            <AskForm error={ask.error} busy={ask.isPending} onAsk={ask.mutate} />
          )}
          <p className={styles.note}>
            <Link to={paths.signIn()} className={styles.link}>
              {t("session.sign_in")}
            </Link>
          </p>
        </div>
      </section>
    </PublicFrame>
  );
}

function AskForm({
  error,
  busy,
  onAsk,
}: {
  error: Error | null;
  busy: boolean;
  onAsk: (email: string) => void;
}) {
  const t = useT();
  const [email, setEmail] = useState("");
  const atField = error instanceof ProblemError && error.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    onAsk(email);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <p className={styles.lead}>{t("session.forgotten_lead")}</p>
      {error && !atField && <Notice tone="danger">{errorWords(t, error)}</Notice>}
      <Field
        label={t("session.email")}
        type="email"
        dir="ltr"
        autoComplete="username"
        required
        autoFocus
        error={fieldError(t, error, "email")}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Button type="submit" tone="primary" size="large" busy={busy}>
        {t("session.forgotten_ask")}
      </Button>
    </form>
  );
}
