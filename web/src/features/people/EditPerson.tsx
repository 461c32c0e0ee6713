import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { useSession } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import { ActAs, canBeActedAs } from "./ActAs";
import { InvitationLink } from "./InvitationLink";
import styles from "./PeoplePage.module.css";
import { RoleAndCompany } from "./PersonFields";
import type { Person } from "./queries";

interface Props {
  person: Person | null;
  onClose: () => void;
}

export function EditPerson({ person, onClose }: Props) {
  const t = useT();
  const [invited, setInvited] = useState<Schemas["InvitedPerson"] | null>(null);
  const [acting, setActing] = useState(false);

  function close() {
    setInvited(null);
    setActing(false);
    onClose();
  }

  const name = person?.name ?? "";
  const title = invited ? t("people.link") : t(acting ? "impersonation.as" : "people.edit", { name });
  return (
    <Dialog open={person !== null} onClose={close} title={title}>
      {invited && <InvitationLink invited={invited} onDone={close} />}
      {person && acting && <ActAs person={person} onCancel={close} />}
      {person && !invited && !acting && (
        <PersonForm
          key={person.id}
          person={person}
          onDone={close}
          onInvited={setInvited}
          onAct={() => setActing(true)}
        />
      )}
    </Dialog>
  );
}

interface FormProps {
  person: Person;
  onDone: () => void;
  onInvited: (invited: Schemas["InvitedPerson"]) => void;
  onAct: () => void;
}

function PersonForm({ person, onDone, onInvited, onAct }: FormProps) {
  const t = useT();
  const queries = useQueryClient();
  const myself = useSession().person.id;
  const isSelf = myself === person.id;
  const { name, role, active } = person;
  const [now, setNow] = useState({ name, role, active, companyId: person.company?.id ?? "" });
  const change = (part: Partial<typeof now>) => setNow((before) => ({ ...before, ...part }));
  const params = { path: { id: person.id } };

  const save = useMutation({
    mutationFn: ({ companyId, ...rest }: typeof now) => {
      const isCustomer = rest.role === "customer" || rest.role === "customer_admin";
      const body = { ...rest, company_id: (isCustomer && companyId) || null };
      return data(client.PATCH("/api/v1/people/{id}", { params, body }));
    },
    onSuccess() {
      void queries.invalidateQueries({ queryKey: ["people"] });
      void queries.invalidateQueries({ queryKey: ["companies"] });
      toast("done", t("settings.saved"));
      onDone();
    },
  });
  const invite = useMutation({
    mutationFn: () => data(client.POST("/api/v1/people/{id}/invitation", { params })),
    onSuccess: onInvited,
  });
  const refused = save.error ?? invite.error;
  const atFields = refused instanceof ProblemError && refused.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(now);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={t("people.name")}
        required
        autoFocus
        autoComplete="off"
        error={fieldError(t, save.error, "name")}
        value={now.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Field label={t("people.email")} value={person.email} readOnly dir="ltr" />
      <RoleAndCompany
        role={now.role}
        companyId={now.companyId}
        onChange={change}
        fixedRole={isSelf}
        error={fieldError(t, save.error, "role")}
      />
      {isSelf ? (
        <p className={styles.hint}>{t("people.self")}</p>
      ) : (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={now.active}
            onChange={(event) => change({ active: event.target.checked })}
          />
          <span>
            <strong>{t("people.active")}</strong>
            <span className={styles.hint}>{t("people.active_hint")}</span>
          </span>
        </label>
      )}
      {person.active && (
        <div className={styles.again}>
          <span className={styles.hint}>{t("people.link_new_lead")}</span>
          <Button busy={invite.isPending} onClick={() => invite.mutate()}>
            {t("people.link_new")}
          </Button>
        </div>
      )}
      {canBeActedAs(person, myself) && (
        <div className={styles.again}>
          <span className={styles.hint}>{t("impersonation.offer")}</span>
          <Button onClick={onAct}>{t("impersonation.open")}</Button>
        </div>
      )}
      {refused && !atFields && <Notice tone="danger">{errorWords(t, refused)}</Notice>}
      <DialogActions>
        <Button onClick={onDone}>{t("common.cancel")}</Button>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {t("common.save")}
        </Button>
      </DialogActions>
    </form>
  );
}
