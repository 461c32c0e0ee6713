import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Field } from "@/ui/Field";
import { PasswordField } from "@/ui/PasswordField";
import { Select } from "@/ui/Select";
import styles from "./ChannelEditor.module.css";
import { type Security, type Server, withSecurity } from "./channelForm";

const securities: Security[] = ["tls", "starttls", "none"];

interface Props<S extends Server> {
  kind: "imap" | "smtp";
  server: S;
  error: unknown;
  onChange: (server: S) => void;
}

/** Which machine, on which port, by which kind of line. */
export function LineFields<S extends Server>({ kind, server, error, onChange }: Props<S>) {
  const t = useT();
  return (
    <div className={styles.line}>
      <Field
        label={t("mail_channels.host")}
        dir="ltr"
        spellCheck={false}
        autoComplete="off"
        required
        error={fieldError(t, error, `${kind}/host`)}
        value={server.host}
        onChange={(event) => onChange({ ...server, host: event.target.value })}
      />
      <Select
        label={t("mail_channels.security")}
        options={securities.map((value) => ({ value, label: t(`mail_channels.security_${value}`) }))}
        error={fieldError(t, error, `${kind}/security`)}
        value={server.security}
        onChange={(event) => onChange(withSecurity(kind, server, event.target.value as Security))}
      />
      <Field
        label={t("mail_channels.port")}
        dir="ltr"
        inputMode="numeric"
        pattern="[0-9]+"
        required
        error={fieldError(t, error, `${kind}/port`)}
        value={server.port}
        onChange={(event) => onChange({ ...server, port: event.target.value })}
      />
    </div>
  );
}

/** Who signs in; a secret that is kept is never shown. */
export function SignInFields<S extends Server>({
  kind,
  server,
  error,
  onChange,
  isKept,
  hasPassword,
}: Props<S> & { isKept: boolean; hasPassword: boolean }) {
  const t = useT();
  return (
    <>
      <Field
        label={t("mail_channels.username")}
        dir="ltr"
        spellCheck={false}
        autoComplete="off"
        required
        error={fieldError(t, error, `${kind}/username`)}
        value={server.username}
        onChange={(event) => onChange({ ...server, username: event.target.value })}
      />
      {hasPassword && (
        <PasswordField
          label={t("mail_channels.password")}
          hint={isKept ? t("mail_channels.secret_kept") : undefined}
          autoComplete="new-password"
          required={!isKept}
          error={fieldError(t, error, `${kind}/password`)}
          value={server.password}
          onChange={(event) => onChange({ ...server, password: event.target.value })}
        />
      )}
    </>
  );
}
