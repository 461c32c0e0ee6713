import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { NewPasswordField, shortBy } from "@/lib/session/NewPasswordField";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import styles from "./WelcomePage.module.css";

interface Props {
  invitation: Schemas["Invitation"];
  accept: UseMutationResult<Schemas["Session"], Error, string>;
}

export function InvitationForm({ invitation, accept }: Props) {
  const t = useT();
  const [password, setPassword] = useState("");
  const aboutPassword = accept.error instanceof ProblemError && accept.error.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (shortBy(password) === 0) accept.mutate(password);
  }

  return (
    <>
      <h1 className={styles.title}>{t("invitation.title", { name: invitation.name })}</h1>
      <p className={styles.lead}>{t("invitation.lead", { organization: invitation.organization_name })}</p>
      <form className={styles.form} onSubmit={submit}>
        {accept.isError && !aboutPassword && <Notice tone="danger">{errorWords(t, accept.error)}</Notice>}
        <Field
          label={t("session.email")}
          type="email"
          autoComplete="username"
          value={invitation.email}
          readOnly
          dir="ltr"
        />
        <NewPasswordField
          value={password}
          onChange={(value) => {
            accept.reset();
            setPassword(value);
          }}
          error={accept.error}
          field="password"
        />
        <Button type="submit" tone="primary" size="large" busy={accept.isPending}>
          {t("invitation.accept")}
        </Button>
      </form>
    </>
  );
}
