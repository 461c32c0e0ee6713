import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import styles from "./ChannelEditor.module.css";
import { channelsQuery, type MailChannel, removeChannel } from "./queries";

/** Cannot be undone: the passwords are gone with it. What it brought stays. */
export function RemoveChannel({ channel }: { channel: MailChannel }) {
  const t = useT();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const removal = useMutation({
    mutationFn: () => removeChannel(channel.id),
    async onSuccess() {
      toast("done", t("mail_channels.removed", { name: channel.name }));
      await navigate({ to: paths.desk.settings.mail(), ignoreBlocker: true });
      void queries.invalidateQueries({ queryKey: channelsQuery.queryKey, exact: true });
    },
  });
  return (
    <section className={styles.apart}>
      <p className={styles.hint}>{t("mail_channels.remove_lead")}</p>
      <Button tone="danger" onClick={() => setOpen(true)}>
        {t("mail_channels.remove")}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("mail_channels.remove_title", { name: channel.name })}
      >
        <p>{t("mail_channels.remove_lead")}</p>
        {removal.isError && <Notice tone="danger">{errorWords(t, removal.error)}</Notice>}
        <DialogActions>
          <Button onClick={() => setOpen(false)}>{t("common.cancel")}</Button>
          <Button tone="danger" busy={removal.isPending} onClick={() => removal.mutate()}>
            {t("mail_channels.remove")}
          </Button>
        </DialogActions>
      </Dialog>
    </section>
  );
}
