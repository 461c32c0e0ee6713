import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Check } from "@/ui/Check";
import { Field, TextArea } from "@/ui/Field";
import type { FieldsProps } from "./ChannelEditor";
import styles from "./ChannelEditor.module.css";

/** What customers see: the address, the name beside it, what stands under an answer. */
export function AddressFields({ form, change, error }: FieldsProps) {
  const t = useT();
  return (
    <section className={styles.section}>
      <div className={styles.pair}>
        <Field
          label={t("mail_channels.name")}
          hint={t("mail_channels.name_hint")}
          required
          maxLength={120}
          error={fieldError(t, error, "name")}
          value={form.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <Field
          label={t("mail_channels.address")}
          hint={t("mail_channels.address_hint")}
          type="email"
          dir="ltr"
          required
          autoComplete="off"
          error={fieldError(t, error, "address")}
          value={form.address}
          onChange={(event) => change({ address: event.target.value })}
        />
      </div>
      <Field
        label={t("mail_channels.from_name")}
        hint={t("mail_channels.from_name_hint")}
        maxLength={120}
        error={fieldError(t, error, "from_name")}
        value={form.from_name}
        onChange={(event) => change({ from_name: event.target.value })}
      />
      <TextArea
        label={t("mail_channels.signature")}
        hint={t("mail_channels.signature_hint")}
        error={fieldError(t, error, "signature")}
        value={form.signature}
        onChange={(event) => change({ signature: event.target.value })}
      />
      <Check
        label={t("mail_channels.active")}
        hint={t("mail_channels.active_hint")}
        checked={form.active}
        onChange={(active) => change({ active })}
      />
    </section>
  );
}

/** What most leave as it is. */
export function MoreFields({ form, change, error }: FieldsProps) {
  const t = useT();
  return (
    <details className={styles.details}>
      <summary>{t("mail_channels.more")}</summary>
      <div className={styles.section}>
        <Field
          label={t("mail_channels.authserv_id")}
          hint={t("mail_channels.authserv_id_hint")}
          dir="ltr"
          spellCheck={false}
          error={fieldError(t, error, "trusted_authserv_id")}
          value={form.trusted_authserv_id}
          onChange={(event) => change({ trusted_authserv_id: event.target.value })}
        />
        <Field
          label={t("mail_channels.silence")}
          hint={t("mail_channels.silence_hint")}
          dir="ltr"
          inputMode="numeric"
          pattern="[0-9]*"
          error={fieldError(t, error, "silence_hours")}
          value={form.silence_hours}
          onChange={(event) => change({ silence_hours: event.target.value })}
        />
        <Check
          label={t("mail_channels.subject_token")}
          hint={t("mail_channels.subject_token_hint")}
          checked={form.subject_token}
          onChange={(subject_token) => change({ subject_token })}
        />
        <Check
          label={t("mail_channels.plus_address")}
          hint={t("mail_channels.plus_address_hint")}
          checked={form.plus_address}
          onChange={(plus_address) => change({ plus_address })}
        />
      </div>
    </details>
  );
}
