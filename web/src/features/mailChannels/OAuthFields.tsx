import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Field } from "@/ui/Field";
import { PasswordField } from "@/ui/PasswordField";
import type { FieldsProps } from "./ChannelEditor";
import styles from "./ChannelEditor.module.css";
import { type ChannelForm, usesOAuth } from "./channelForm";

type OAuth = ChannelForm["oauth"];

/** Where a new access token is had before the old one ends; only where a server is signed in to with one. */
export function OAuthFields({ form, change, channel, error }: FieldsProps) {
  const t = useT();
  if (!usesOAuth(form)) return null;
  const { oauth } = form;
  const kept = channel?.oauth;
  const set = (part: Partial<OAuth>) => change({ oauth: { ...oauth, ...part } });
  const field = (key: "token_url" | "client_id" | "scope") => ({
    label: t(`mail_channels.${key}`),
    dir: "ltr",
    spellCheck: false,
    autoComplete: "off",
    error: fieldError(t, error, `oauth/${key}`),
    value: oauth[key],
    onChange: (event: { target: { value: string } }) => set({ [key]: event.target.value }),
  });
  const secret = (key: "client_secret" | "refresh_token", isKept: boolean) => ({
    label: t(`mail_channels.${key}`),
    hint: isKept ? t("mail_channels.secret_kept") : t(`mail_channels.${key}_hint`),
    autoComplete: "new-password",
    error: fieldError(t, error, `oauth/${key}`),
    value: oauth[key],
    onChange: (event: { target: { value: string } }) => set({ [key]: event.target.value }),
  });
  return (
    <section className={styles.section}>
      <h2>{t("mail_channels.oauth")}</h2>
      <Field {...field("token_url")} hint={t("mail_channels.token_url_hint")} type="url" required />
      <div className={styles.pair}>
        <Field {...field("client_id")} required />
        <Field {...field("scope")} />
      </div>
      <PasswordField {...secret("client_secret", kept?.client_secret_set ?? false)} />
      <PasswordField {...secret("refresh_token", kept?.refresh_token_set ?? false)} />
    </section>
  );
}
