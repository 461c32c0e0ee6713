import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { NewPasswordField, shortBy } from "@/lib/session/NewPasswordField";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { PasswordField } from "@/ui/PasswordField";
import { toast } from "@/ui/Toast";
import styles from "./ProfilePage.module.css";
import { refusalAt } from "./refusal";

export function PasswordForm() {
  const t = useT();
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      data(
        client.PUT("/api/v1/profile/password", { body: { current_password: current, new_password: next } }),
      ),
    onSuccess() {
      setCurrent("");
      setNext("");
      void queries.invalidateQueries({ queryKey: ["sessions"] });
      toast("done", t("profile.password_changed"));
    },
  });
  const currentWrong = refusalAt(change.error, "current_password");
  const elsewhere = change.isError && !currentWrong && !refusalAt(change.error, "new_password");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (shortBy(next) === 0) change.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <PasswordField
        label={t("profile.current_password")}
        autoComplete="current-password"
        required
        error={currentWrong ? t("profile.current_wrong") : undefined}
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <NewPasswordField value={next} onChange={setNext} error={change.error} field="new_password" />
      {elsewhere && <Notice tone="danger">{errorWords(t, change.error)}</Notice>}
      <Button type="submit" busy={change.isPending}>
        {t("profile.change_password")}
      </Button>
    </form>
  );
}
