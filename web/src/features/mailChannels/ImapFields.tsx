import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Check } from "@/ui/Check";
import { Field, TextArea } from "@/ui/Field";
import { Select } from "@/ui/Select";
import type { FieldsProps } from "./ChannelEditor";
import styles from "./ChannelEditor.module.css";
import type { AfterFetch, ChannelForm } from "./channelForm";
import { LineFields, SignInFields } from "./ServerFields";

type Imap = ChannelForm["imap"];
const authentications = ["password", "xoauth2"] as const;
const afters: AfterFetch[] = ["keep", "move", "delete"];

/** Where mail is fetched, and what becomes of it on the server. */
export function ImapFields({ form, change, channel, error }: FieldsProps) {
  const t = useT();
  const { imap } = form;
  const set = (part: Partial<Imap>) => change({ imap: { ...imap, ...part } });
  return (
    <section className={styles.section}>
      <h2>{t("mail_channels.incoming")}</h2>
      <Check
        label={t("mail_channels.fetches")}
        hint={t("mail_channels.fetches_hint")}
        checked={form.fetches}
        onChange={(fetches) => change({ fetches })}
      />
      {form.fetches && (
        <>
          <LineFields kind="imap" server={imap} error={error} onChange={set} />
          <Select
            label={t("mail_channels.authentication")}
            options={authentications.map((value) => ({
              value,
              label: t(`mail_channels.authentication_${value}`),
            }))}
            error={fieldError(t, error, "imap/authentication")}
            value={imap.authentication}
            onChange={(event) => set({ authentication: event.target.value as Imap["authentication"] })}
          />
          <SignInFields
            kind="imap"
            server={imap}
            error={error}
            onChange={set}
            isKept={channel?.imap?.password_set ?? false}
            hasPassword={imap.authentication === "password"}
          />
          <TextArea
            label={t("mail_channels.folders")}
            hint={t("mail_channels.folders_hint")}
            dir="ltr"
            rows={2}
            spellCheck={false}
            required
            error={fieldError(t, error, "imap/folders")}
            value={imap.folders}
            onChange={(event) => set({ folders: event.target.value })}
          />
          <Field
            label={t("mail_channels.sent_folder")}
            hint={t("mail_channels.sent_folder_hint")}
            dir="ltr"
            spellCheck={false}
            error={fieldError(t, error, "imap/sent_folder")}
            value={imap.sent_folder}
            onChange={(event) => set({ sent_folder: event.target.value })}
          />
          <AfterFetchFields imap={imap} error={error} set={set} />
        </>
      )}
    </section>
  );
}

function AfterFetchFields({
  imap,
  error,
  set,
}: {
  imap: Imap;
  error: unknown;
  set: (part: Partial<Imap>) => void;
}) {
  const t = useT();
  return (
    <div className={styles.pair}>
      <Select
        label={t("mail_channels.after")}
        options={afters.map((value) => ({ value, label: t(`mail_channels.after_${value}`) }))}
        error={fieldError(t, error, "imap/after/action")}
        value={imap.after}
        onChange={(event) => set({ after: event.target.value as AfterFetch })}
      />
      {imap.after === "move" && (
        <Field
          label={t("mail_channels.after_folder")}
          dir="ltr"
          spellCheck={false}
          required
          error={fieldError(t, error, "imap/after/folder")}
          value={imap.after_folder}
          onChange={(event) => set({ after_folder: event.target.value })}
        />
      )}
      {imap.after === "delete" && (
        <Field
          label={t("mail_channels.after_days")}
          dir="ltr"
          inputMode="numeric"
          pattern="[0-9]+"
          required
          error={fieldError(t, error, "imap/after/days")}
          value={imap.after_days}
          onChange={(event) => set({ after_days: event.target.value })}
        />
      )}
    </div>
  );
}
