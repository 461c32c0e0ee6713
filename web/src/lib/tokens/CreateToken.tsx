import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { useSession } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { ScopeChoice } from "./ScopeChoice";
import { TokenSecret } from "./TokenSecret";
import { inDays, type Scope, scopesOf, type TokenOwner } from "./tokens";
import styles from "./tokens.module.css";

interface Props {
  owner: TokenOwner;
  open: boolean;
  onClose: () => void;
}

export function CreateToken({ owner, open, onClose }: Props) {
  const t = useT();
  const [secret, setSecret] = useState<string | null>(null);

  function close() {
    setSecret(null);
    onClose();
  }

  return (
    <Dialog open={open} onClose={close} title={t(secret ? "tokens.secret" : "tokens.create")}>
      {secret ? (
        <TokenSecret secret={secret} onDone={close} />
      ) : (
        <NewToken owner={owner} onCreated={setSecret} onCancel={close} />
      )}
    </Dialog>
  );
}

interface FormProps {
  owner: TokenOwner;
  onCreated: (secret: string) => void;
  onCancel: () => void;
}

const ends = ["30", "90", "365"] as const;
const roles = ["agent", "manager", "admin"] as const;

function NewToken({ owner, onCreated, onCancel }: FormProps) {
  const t = useT();
  const queries = useQueryClient();
  const { role: own } = useSession();
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof roles)[number]>("agent");
  const [days, setDays] = useState("90");
  const [chosen, setChosen] = useState<Scope[]>(["tickets:read"]);
  const actsAs = owner.isMachine ? role : own;
  const scopes = chosen.filter((scope) => scopesOf(actsAs).includes(scope));
  const create = useMutation({
    mutationFn: () =>
      owner.create({ name, role: actsAs, scopes, expires_at: days === "" ? null : inDays(Number(days)) }),
    onSuccess({ token }) {
      void queries.invalidateQueries({ queryKey: [owner.key] });
      onCreated(token);
    },
  });
  const nameError = fieldError(t, create.error, "name");
  const scopesError = fieldError(t, create.error, "scopes");

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }

  const periods = ends.map((value) => ({
    value: value as string,
    label: t("tokens.days", { count: Number(value) }),
  }));
  if (owner.isMachine) periods.push({ value: "", label: t("tokens.never") });
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={t("tokens.name")}
        hint={t(owner.isMachine ? "tokens.machine_name_hint" : "tokens.name_hint")}
        required
        autoFocus
        autoComplete="off"
        maxLength={80}
        error={nameError}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {owner.isMachine && (
        <Select
          label={t("tokens.role")}
          options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          value={role}
          onChange={(event) => setRole(event.target.value as typeof role)}
        />
      )}
      <ScopeChoice offered={scopesOf(actsAs)} chosen={scopes} error={scopesError} onChange={setChosen} />
      <Select
        label={t("tokens.expiry")}
        options={periods}
        value={days}
        onChange={(event) => setDays(event.target.value)}
      />
      {create.isError && !nameError && !scopesError && (
        <Notice tone="danger">{errorWords(t, create.error)}</Notice>
      )}
      <DialogActions>
        <Button onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" tone="primary" busy={create.isPending}>
          {t("tokens.create_confirm")}
        </Button>
      </DialogActions>
    </form>
  );
}
