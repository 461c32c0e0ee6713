import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { EditIcon, PasskeyIcon, RemoveIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { RelativeTime } from "@/ui/RelativeTime";
import { toast } from "@/ui/Toast";
import { BothFactors } from "./BothFactors";
import styles from "./ProfilePage.module.css";
import { type Factors, secondOf, useFactorsChanged } from "./queries";

type Passkey = Schemas["PasskeyInfo"];

function Facts({ passkey }: { passkey: Passkey }) {
  const t = useT();
  const format = useFormat();
  return (
    <span className={styles.facts}>
      <span>{t("profile.since", { date: format.date(passkey.created_at) })}</span>
      <span>
        {passkey.last_used_at ? (
          <>
            {t("profile.last_seen")} <RelativeTime at={passkey.last_used_at} />
          </>
        ) : (
          t("passkey.never_used")
        )}
      </span>
      <span>{passkey.backup_eligible ? t("passkey.synchronized") : t("passkey.one_device")}</span>
    </span>
  );
}

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const t = useT();
  const changed = useFactorsChanged();
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () =>
      data(
        client.PATCH("/api/v1/profile/passkeys/{id}", {
          params: { path: { id: passkey.id } },
          body: { name },
        }),
      ),
    async onSuccess() {
      await changed();
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("passkey.rename")}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          rename.mutate();
        }}
      >
        <Field
          label={t("passkey.name")}
          required
          autoFocus
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {rename.isError && <Notice tone="danger">{errorWords(t, rename.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" busy={rename.isPending}>
            {t("common.save")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

export function PasskeyRow({ passkey, factors }: { passkey: Passkey; factors: Factors }) {
  const t = useT();
  const changed = useFactorsChanged();
  const [open, setOpen] = useState<"rename" | "removal" | null>(null);
  const { name } = passkey;

  async function remove(body: Schemas["BothFactors"]) {
    const params = { path: { id: passkey.id } };
    await data(client.POST("/api/v1/profile/passkeys/{id}/removal", { params, body }));
    setOpen(null);
    toast("done", t("passkey.removed", { name }));
    await changed();
  }

  return (
    <li className={styles.session}>
      <PasskeyIcon size={20} />
      <span className={styles.words}>
        <bdi className={styles.device}>{name}</bdi>
        <Facts passkey={passkey} />
        {passkey.suspected_at && <Notice tone="danger">{t("passkey.suspected")}</Notice>}
      </span>
      {passkey.domain !== factors.passkeys.domain && (
        <Chip tone="warning">{t("passkey.of_domain", { domain: passkey.domain })}</Chip>
      )}
      <IconButton
        label={t("passkey.rename_of", { name })}
        icon={<EditIcon size={16} />}
        onClick={() => setOpen("rename")}
      />
      <IconButton
        label={t("passkey.remove_of", { name })}
        icon={<RemoveIcon size={16} />}
        onClick={() => setOpen("removal")}
      />
      {open === "rename" && <Rename passkey={passkey} onClose={() => setOpen(null)} />}
      {open === "removal" && (
        <BothFactors
          title={t("passkey.remove_of", { name })}
          lead={t("passkey.remove_lead")}
          submit={t("passkey.remove")}
          tone="danger"
          second={secondOf(factors)}
          act={remove}
          onCancel={() => setOpen(null)}
        />
      )}
    </li>
  );
}
