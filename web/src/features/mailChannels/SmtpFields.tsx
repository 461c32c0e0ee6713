import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Check } from "@/ui/Check";
import { Select } from "@/ui/Select";
import type { FieldsProps } from "./ChannelEditor";
import styles from "./ChannelEditor.module.css";
import type { ChannelForm } from "./channelForm";
import { LineFields, SignInFields } from "./ServerFields";

type Smtp = ChannelForm["smtp"];
const authentications = ["password", "xoauth2", "none"] as const;

/** Through which server answers leave. */
export function SmtpFields({ form, change, channel, error }: FieldsProps) {
  const t = useT();
  const { smtp } = form;
  const set = (part: Partial<Smtp>) => change({ smtp: { ...smtp, ...part } });
  return (
    <section className={styles.section}>
      <h2>{t("mail_channels.outgoing")}</h2>
      <Check
        label={t("mail_channels.sends")}
        hint={t("mail_channels.sends_hint")}
        checked={form.sends}
        onChange={(sends) => change({ sends })}
      />
      {form.sends && (
        <>
          <LineFields kind="smtp" server={smtp} error={error} onChange={set} />
          <Select
            label={t("mail_channels.authentication")}
            options={authentications.map((value) => ({
              value,
              label: t(`mail_channels.authentication_${value}`),
            }))}
            error={fieldError(t, error, "smtp/authentication")}
            value={smtp.authentication}
            onChange={(event) => set({ authentication: event.target.value as Smtp["authentication"] })}
          />
          {smtp.authentication !== "none" && (
            <SignInFields
              kind="smtp"
              server={smtp}
              error={error}
              onChange={set}
              isKept={channel?.smtp?.password_set ?? false}
              hasPassword={smtp.authentication === "password"}
            />
          )}
        </>
      )}
    </section>
  );
}
