import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { LeaveGuard } from "@/ui/LeaveGuard";
import { Notice } from "@/ui/Notice";
import { PageHead } from "@/ui/PageHead";
import { toast } from "@/ui/Toast";
import { ChannelChips } from "./ChannelChips";
import styles from "./ChannelEditor.module.css";
import { AddressFields, MoreFields } from "./ChannelFields";
import { Trouble } from "./ChannelRow";
import { ConnectionTest } from "./ConnectionTest";
import { bodyOf, type ChannelForm, formOf } from "./channelForm";
import { Dkim } from "./Dkim";
import { ImapFields } from "./ImapFields";
import { OAuthFields } from "./OAuthFields";
import { channelQuery, channelsQuery, createChannel, type MailChannel, saveChannel } from "./queries";
import { RemoveChannel } from "./RemoveChannel";
import { SmtpFields } from "./SmtpFields";

/** What every group of fields is given. */
export interface FieldsProps {
  form: ChannelForm;
  change: (part: Partial<ChannelForm>) => void;
  channel: MailChannel | null;
  error: unknown;
}

export function ChannelEditor({ channel }: { channel: MailChannel | null }) {
  const t = useT();
  const [form, setForm] = useState(() => formOf(channel));
  const dirty = JSON.stringify(form) !== JSON.stringify(formOf(channel));
  const saving = useSaving(channel);
  const error = saving.error;
  const fields: FieldsProps = {
    form,
    change: (part) => setForm((before) => ({ ...before, ...part })),
    channel,
    error,
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate(form);
  }

  return (
    <div className={styles.page}>
      <PageHead title={channel ? channel.name : t("mail_channels.add")} />
      {channel && (
        <div className={styles.state}>
          <p className={styles.chips}>
            <ChannelChips channel={channel} />
          </p>
          <Trouble channel={channel} />
        </div>
      )}
      <form className={styles.form} onSubmit={submit}>
        <AddressFields {...fields} />
        <ImapFields {...fields} />
        <SmtpFields {...fields} />
        <OAuthFields {...fields} />
        <MoreFields {...fields} />
        <ConnectionTest form={form} id={channel?.id} />
        <Refused error={error} onReload={saving.reload} />
        <div className={styles.actions}>
          {dirty && channel && (
            <>
              <span className={styles.unsaved} role="status">
                {t("settings.unsaved")}
              </span>
              <Button tone="quiet" onClick={() => setForm(formOf(channel))}>
                {t("settings.revert")}
              </Button>
            </>
          )}
          <Button type="submit" tone="primary" busy={saving.isPending} disabled={!dirty}>
            {t(channel ? "common.save" : "mail_channels.create")}
          </Button>
        </div>
      </form>
      {channel?.smtp && <Dkim channel={channel} dirty={dirty} />}
      {channel && <RemoveChannel channel={channel} />}
      <LeaveGuard dirty={dirty && !saving.isSuccess} />
    </div>
  );
}

function useSaving(channel: MailChannel | null) {
  const t = useT();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const saving = useMutation({
    mutationFn: (form: ChannelForm) =>
      channel ? saveChannel(channel, bodyOf(form)) : createChannel(bodyOf(form)),
    onSuccess(saved) {
      toast("done", t("settings.saved"));
      void queries.invalidateQueries({ queryKey: channelsQuery.queryKey, exact: true });
      queries.setQueryData(channelQuery(saved.id).queryKey, saved);
      if (!channel)
        void navigate({ to: paths.desk.settings.mailChannel(saved.id), replace: true, ignoreBlocker: true });
    },
  });
  const reload = () => channel && queries.invalidateQueries({ queryKey: channelQuery(channel.id).queryKey });
  return { ...saving, reload: () => void reload() };
}

/** Fields say themselves what is wrong with them; the rest is said here. */
function Refused({ error, onReload }: { error: unknown; onReload: () => void }) {
  const t = useT();
  if (!error) return null;
  const isStale = error instanceof ProblemError && error.key === "stale";
  return (
    <Notice
      tone="danger"
      action={isStale && <Button onClick={onReload}>{t("mail_channels.load_theirs")}</Button>}
    >
      {isStale ? t("mail_channels.stale") : errorWords(t, error)}
    </Notice>
  );
}
