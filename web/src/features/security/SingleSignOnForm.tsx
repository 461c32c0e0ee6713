import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Check } from "@/ui/Check";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { PasswordField } from "@/ui/PasswordField";
import { Select } from "@/ui/Select";
import { toast } from "@/ui/Toast";
import { RoleRules } from "./RoleRules";
import styles from "./SingleSignOnPage.module.css";
import { type Form, formOf, type Settings, type State, save, singleSignOnQuery } from "./singleSignOn";

const factors = ["ours", "stated", "provider"] as const;

export function SingleSignOnForm({ state }: { state: State }) {
  const t = useT();
  const queries = useQueryClient();
  const [form, setForm] = useState(() => formOf(state));
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const saving = useMutation({
    mutationFn: () => save(form, state.version),
    onSuccess(saved) {
      queries.setQueryData(singleSignOnQuery.queryKey, saved);
      toast("done", t("settings.saved"));
    },
  });
  const error = saving.error;
  const ownFirst = error instanceof ProblemError && error.key === "wrong-state";
  const at = (field: string) => fieldError(t, error, `settings/${field}`);
  const text = (field: "issuer" | "client_id" | "label" | "email_claim" | "name_claim") => ({
    value: form[field],
    error: at(field),
    required: true,
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <section className={styles.section}>
        <h2>{t("single_sign_on.at_provider")}</h2>
        <dl className={styles.addresses}>
          <dt>{t("single_sign_on.redirect_uri")}</dt>
          <dd dir="ltr">{state.redirect_uri}</dd>
          <dt>{t("single_sign_on.sign_in_url")}</dt>
          <dd dir="ltr">{state.sign_in_url}</dd>
        </dl>
      </section>
      <section className={styles.section}>
        <h2>{t("single_sign_on.provider")}</h2>
        <Field
          label={t("single_sign_on.issuer")}
          hint={t("single_sign_on.issuer_hint")}
          dir="ltr"
          spellCheck={false}
          {...text("issuer")}
        />
        <Field
          label={t("single_sign_on.client_id")}
          dir="ltr"
          spellCheck={false}
          autoComplete="off"
          {...text("client_id")}
        />
        <PasswordField
          label={t("single_sign_on.client_secret")}
          hint={t(state.has_secret ? "single_sign_on.secret_kept" : "single_sign_on.secret_none")}
          autoComplete="new-password"
          error={fieldError(t, error, "client_secret")}
          value={form.client_secret}
          onChange={(event) => change({ client_secret: event.target.value })}
        />
        <Field label={t("single_sign_on.label")} {...text("label")} />
      </section>
      <section className={styles.section}>
        <h2>{t("single_sign_on.who")}</h2>
        <Field
          label={t("single_sign_on.domains")}
          hint={t("single_sign_on.domains_hint")}
          dir="ltr"
          spellCheck={false}
          required
          error={at("email_domains")}
          value={form.email_domains}
          onChange={(event) => change({ email_domains: event.target.value })}
        />
        <Check
          label={t("single_sign_on.unstated")}
          checked={form.unstated_email_accepted}
          onChange={(unstated_email_accepted) => change({ unstated_email_accepted })}
        />
        <RoleRules
          rules={form.role_rules}
          otherwise={form.default_role ?? null}
          error={error}
          onRules={(role_rules) => change({ role_rules })}
          onOtherwise={(default_role) => change({ default_role })}
        />
        <Select
          label={t("single_sign_on.second_factor")}
          options={factors.map((value) => ({ value, label: t(`single_sign_on.second_factor_${value}`) }))}
          value={form.second_factor}
          onChange={(event) => change({ second_factor: event.target.value as Settings["second_factor"] })}
        />
      </section>
      <details className={styles.details}>
        <summary>{t("single_sign_on.details")}</summary>
        <div className={styles.section}>
          <Field
            label={t("single_sign_on.scopes")}
            dir="ltr"
            spellCheck={false}
            error={at("scopes")}
            value={form.scopes}
            onChange={(event) => change({ scopes: event.target.value })}
          />
          <Field
            label={t("single_sign_on.email_claim")}
            dir="ltr"
            spellCheck={false}
            {...text("email_claim")}
          />
          <Field
            label={t("single_sign_on.name_claim")}
            dir="ltr"
            spellCheck={false}
            {...text("name_claim")}
          />
          <Field
            label={t("single_sign_on.company_claim")}
            hint={t("single_sign_on.company_claim_hint")}
            dir="ltr"
            spellCheck={false}
            error={at("company_claim")}
            value={form.company_claim}
            onChange={(event) => change({ company_claim: event.target.value })}
          />
        </div>
      </details>
      <section className={styles.section}>
        <Check
          label={t("single_sign_on.enabled")}
          checked={form.enabled}
          onChange={(enabled) => change({ enabled, required: form.required && enabled })}
        />
        <Check
          label={t("single_sign_on.required")}
          hint={t("single_sign_on.required_lead")}
          checked={form.required}
          disabled={!form.enabled}
          onChange={(required) => change({ required })}
        />
      </section>
      {error && (
        <Notice tone="danger">{ownFirst ? t("single_sign_on.self_first") : errorWords(t, error)}</Notice>
      )}
      <div className={styles.actions}>
        <Button type="submit" tone="primary" busy={saving.isPending}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
