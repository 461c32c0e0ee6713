import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "@/lib/errorWords";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { useNow } from "@/lib/useNow";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { RelativeTime } from "@/ui/RelativeTime";
import { toast } from "@/ui/Toast";
import type { ApiToken, TokenOwner } from "./tokens";
import styles from "./tokens.module.css";

interface Props {
  owner: TokenOwner;
  token: ApiToken;
}

export function TokenRow({ owner, token }: Props) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  return (
    <li className={styles.token}>
      <div className={styles.words}>
        <span className={styles.name}>
          <bdi>{token.name}</bdi>
          {owner.isMachine && <span className={styles.role}>{t(`role.${token.role}`)}</span>}
          <End token={token} />
        </span>
        <span className={styles.scopes} dir="ltr">
          {token.scopes.map((scope) => (
            <code key={scope}>{scope}</code>
          ))}
        </span>
        <Facts token={token} />
      </div>
      <Button aria-label={t("tokens.revoke_of", { name: token.name })} onClick={() => setAsking(true)}>
        {t("tokens.revoke")}
      </Button>
      {asking && <Revoke owner={owner} token={token} onClose={() => setAsking(false)} />}
    </li>
  );
}

function End({ token }: { token: ApiToken }) {
  const t = useT();
  const now = useNow();
  if (!token.expires_at || Date.parse(token.expires_at) > now) return null;
  return <Chip tone="warning">{t("tokens.expired")}</Chip>;
}

function Facts({ token }: { token: ApiToken }) {
  const t = useT();
  const format = useFormat();
  return (
    <span className={styles.facts}>
      <span>{t("tokens.created", { date: format.date(token.created_at) })}</span>
      <span>
        {token.expires_at ? t("tokens.until", { date: format.date(token.expires_at) }) : t("tokens.for_ever")}
      </span>
      {token.last_used_at ? (
        <span>
          {t("tokens.last_used")} <RelativeTime at={token.last_used_at} />{" "}
          {token.last_used_ip && <bdi dir="ltr">{token.last_used_ip}</bdi>}
        </span>
      ) : (
        <span>{t("tokens.never_used")}</span>
      )}
    </span>
  );
}

function Revoke({ owner, token, onClose }: Props & { onClose: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => owner.revoke(token.id),
    onSuccess() {
      toast("done", t("tokens.revoked", { name: token.name }));
      onClose();
      void queries.invalidateQueries({ queryKey: [owner.key] });
    },
  });
  return (
    <Dialog open onClose={onClose} title={t("tokens.revoke_of", { name: token.name })}>
      <p>{t("tokens.revoke_lead")}</p>
      {revoke.isError && <Notice tone="danger">{errorWords(t, revoke.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button tone="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t("tokens.revoke")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
