import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { PasswordField } from "@/ui/PasswordField";
import styles from "./ProfilePage.module.css";
import { refusalAt } from "./refusal";

interface Props {
  title: string;
  tone: "primary" | "danger";
  act: (body: Schemas["BothFactors"]) => Promise<void>;
  onClose: () => void;
}

/** Asks for password and code once more before something that an open screen alone must not do. */
export function BothFactors({ title, tone, act, onClose }: Props) {
  const t = useT();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const attempt = useMutation({ mutationFn: () => act({ current_password: password, code }) });
  const passwordWrong = refusalAt(attempt.error, "current_password");
  const codeWrong = refusalAt(attempt.error, "code");

  function submit(event: FormEvent) {
    event.preventDefault();
    attempt.mutate();
  }

  return (
    <Dialog open onClose={onClose} title={title}>
      <form className={styles.form} onSubmit={submit}>
        <p className={styles.lead}>{t("profile.both_lead")}</p>
        <PasswordField
          label={t("profile.current_password")}
          autoComplete="current-password"
          required
          autoFocus
          error={passwordWrong ? t("profile.current_wrong") : undefined}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Field
          label={t("session.code")}
          hint={t("session.recovery_hint")}
          dir="ltr"
          autoComplete="one-time-code"
          required
          error={codeWrong ? t("session.code_wrong") : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        {attempt.isError && !passwordWrong && !codeWrong && (
          <Notice tone="danger">{errorWords(t, attempt.error)}</Notice>
        )}
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone={tone} busy={attempt.isPending}>
            {title}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
