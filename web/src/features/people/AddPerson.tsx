import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { locales } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { InvitationLink } from "./InvitationLink";
import styles from "./PeoplePage.module.css";
import { RoleAndCompany } from "./PersonFields";
import type { Role } from "./queries";

interface Props {
  open: boolean;
  onClose: () => void;
}

export function AddPerson({ open, onClose }: Props) {
  const { t } = useI18n();
  const [invited, setInvited] = useState<Schemas["InvitedPerson"] | null>(null);

  function close() {
    setInvited(null);
    onClose();
  }

  return (
    <Dialog open={open} onClose={close} title={t(invited ? "people.link" : "people.add")}>
      {invited ? (
        <InvitationLink invited={invited} onDone={close} />
      ) : (
        <NewPersonForm onAdded={setInvited} onCancel={close} />
      )}
    </Dialog>
  );
}

interface FormProps {
  onAdded: (invited: Schemas["InvitedPerson"]) => void;
  onCancel: () => void;
}

function NewPersonForm({ onAdded, onCancel }: FormProps) {
  const { t, locale: mine } = useI18n();
  const queries = useQueryClient();
  const [person, setPerson] = useState({
    name: "",
    email: "",
    role: "customer" as Role,
    companyId: "",
    locale: mine,
  });
  const change = (part: Partial<typeof person>) => setPerson((before) => ({ ...before, ...part }));
  const add = useMutation({
    mutationFn: ({ companyId, ...rest }: typeof person) => {
      const isCustomer = rest.role === "customer" || rest.role === "customer_admin";
      return data(
        client.POST("/api/v1/people", { body: { ...rest, company_id: (isCustomer && companyId) || null } }),
      );
    },
    onSuccess(invited) {
      void queries.invalidateQueries({ queryKey: ["people"] });
      void queries.invalidateQueries({ queryKey: ["companies"] });
      onAdded(invited);
    },
  });
  const atFields = add.error instanceof ProblemError && add.error.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate(person);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={t("people.name")}
        required
        autoFocus
        autoComplete="off"
        error={fieldError(t, add.error, "name")}
        value={person.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Field
        label={t("people.email")}
        type="email"
        dir="ltr"
        required
        autoComplete="off"
        error={fieldError(t, add.error, "email")}
        value={person.email}
        onChange={(event) => change({ email: event.target.value })}
      />
      <RoleAndCompany
        role={person.role}
        companyId={person.companyId}
        onChange={change}
        error={fieldError(t, add.error, "role")}
      />
      <Select
        label={t("people.language")}
        options={locales.map((value) => ({ value, label: t(`language.${value}`) }))}
        value={person.locale}
        onChange={(event) => change({ locale: event.target.value as typeof mine })}
      />
      {add.isError && !atFields && <Notice tone="danger">{errorWords(t, add.error)}</Notice>}
      <DialogActions>
        <Button onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" tone="primary" busy={add.isPending}>
          {t("people.add")}
        </Button>
      </DialogActions>
    </form>
  );
}
