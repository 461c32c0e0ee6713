import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { NewPasswordField, shortBy } from "@/lib/session/NewPasswordField";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { PasswordField } from "@/ui/PasswordField";
import styles from "./WelcomePage.module.css";

const leads: Record<Schemas["Invitation"]["asks_for"], MessageId> = {
  first_password: "invitation.lead",
  new_password: "invitation.lead_new",
  present_password: "invitation.lead_present",
};

interface Props {
  invitation: Schemas["Invitation"];
  accept: UseMutationResult<Schemas["Session"], Error, string>;
}

export function InvitationForm({ invitation, accept }: Props) {
  const t = useT();
  const [password, setPassword] = useState("");
  const aboutPassword = accept.error instanceof ProblemError && accept.error.errors.length > 0;

  const { asks_for: asksFor } = invitation;
  const isPresent = asksFor === "present_password";

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPresent || shortBy(password) === 0) accept.mutate(password);
  }

  function type(value: string) {
    accept.reset();
    setPassword(value);
  }

  return (
    <>
      <h1 className={styles.title}>{t("invitation.title", { name: invitation.name })}</h1>
      <p className={styles.lead}>{t(leads[asksFor], { organization: invitation.organization_name })}</p>
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
        {isPresent ? (
          <PasswordField
            label={t("session.password")}
            autoComplete="current-password"
            required
            error={aboutPassword ? t("invitation.password_wrong") : undefined}
            value={password}
            onChange={(event) => type(event.target.value)}
          />
        ) : (
          <NewPasswordField value={password} onChange={type} error={accept.error} field="password" />
        )}
        <Button type="submit" tone="primary" size="large" busy={accept.isPending}>
          {t(isPresent ? "session.sign_in" : "invitation.accept")}
        </Button>
      </form>
    </>
  );
}
