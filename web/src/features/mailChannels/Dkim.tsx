import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field, TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import styles from "./ChannelEditor.module.css";
import { channelQuery, channelsQuery, type MailChannel, removeDkim, setDkim } from "./queries";

interface Props {
  channel: MailChannel;
  /** Something on the page is not saved yet: setting a key loads the channel anew. */
  dirty: boolean;
}

/** A signature of our own under each mail, and what has to stand in the name server for it. */
export function Dkim({ channel, dirty }: Props) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const again = useChannelAgain(channel.id);
  const removal = useMutation({
    mutationFn: () => removeDkim(channel.id),
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: again,
  });
  const { dkim } = channel;
  return (
    <section className={styles.dkim}>
      <h2>{t("mail_channels.dkim")}</h2>
      <p className={styles.hint}>{t("mail_channels.dkim_lead")}</p>
      {dkim && (
        <div className={styles.record}>
          <p>{t("mail_channels.dkim_record", { name: `${dkim.selector}._domainkey.${dkim.domain}` })}</p>
          <code dir="ltr">{dkim.public_record}</code>
          <CopyButton
            tone="plain"
            text={dkim.public_record}
            words={t("mail_channels.copy")}
            doneWords={t("mail_channels.copied")}
          />
        </div>
      )}
      <div className={styles.dkimActions}>
        <Button disabled={dirty} onClick={() => setOpen(true)}>
          {t(dkim ? "mail_channels.dkim_other" : "mail_channels.dkim_set")}
        </Button>
        {dkim && (
          <Button tone="quiet" disabled={dirty} busy={removal.isPending} onClick={() => removal.mutate()}>
            {t("mail_channels.dkim_remove")}
          </Button>
        )}
      </div>
      {open && <NewKey channel={channel} onClose={() => setOpen(false)} />}
    </section>
  );
}

function NewKey({ channel, onClose }: { channel: MailChannel; onClose: () => void }) {
  const t = useT();
  const again = useChannelAgain(channel.id);
  const own = channel.address.split("@").at(-1) ?? "";
  const [key, setKey] = useState({ domain: channel.dkim?.domain ?? own, selector: "", private_key: "" });
  const change = (part: Partial<typeof key>) => setKey((before) => ({ ...before, ...part }));
  const setting = useMutation({
    mutationFn: () => setDkim(channel.id, key),
    async onSuccess() {
      onClose();
      await again();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    setting.mutate();
  }

  return (
    <Dialog open onClose={onClose} title={t("mail_channels.dkim_set")}>
      <form className={styles.section} onSubmit={submit}>
        <Field
          label={t("mail_channels.dkim_domain")}
          dir="ltr"
          spellCheck={false}
          required
          error={fieldError(t, setting.error, "domain")}
          value={key.domain}
          onChange={(event) => change({ domain: event.target.value })}
        />
        <Field
          label={t("mail_channels.dkim_selector")}
          hint={t("mail_channels.dkim_selector_hint")}
          dir="ltr"
          spellCheck={false}
          required
          autoFocus
          error={fieldError(t, setting.error, "selector")}
          value={key.selector}
          onChange={(event) => change({ selector: event.target.value })}
        />
        <TextArea
          label={t("mail_channels.dkim_key")}
          hint={t("mail_channels.dkim_key_hint")}
          dir="ltr"
          spellCheck={false}
          autoComplete="off"
          error={fieldError(t, setting.error, "private_key")}
          value={key.private_key}
          onChange={(event) => change({ private_key: event.target.value })}
        />
        {setting.isError && <Notice tone="danger">{errorWords(t, setting.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" busy={setting.isPending}>
            {t("mail_channels.dkim_set")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function useChannelAgain(id: string) {
  const queries = useQueryClient();
  return async () => {
    void queries.invalidateQueries({ queryKey: channelsQuery.queryKey, exact: true });
    await queries.invalidateQueries({ queryKey: channelQuery(id).queryKey });
  };
}
