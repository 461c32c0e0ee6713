import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Field } from "@/ui/Field";
import { PageHead } from "@/ui/PageHead";
import { Select } from "@/ui/Select";
import { ClashPanel } from "./ClashPanel";
import styles from "./PolicyEditor.module.css";
import { type Metric, percentage, policyChange, policyForm, policyShape } from "./policyForm";
import { type Calendar, type Policy, policiesQuery, savePolicy } from "./queries";
import { Refusal } from "./Refusal";
import { SaveBar } from "./SaveBar";
import { TargetTable } from "./TargetTable";
import { useVersionedForm } from "./useVersionedForm";
import { workingDayMinutes } from "./windows";

const minuteMs = 60_000;

interface Props {
  policy: Policy;
  calendars: Calendar[];
}

function usePolicyForm({ policy, calendars }: Props) {
  const queries = useQueryClient();
  const dayOf = (calendarId: string) =>
    workingDayMinutes(calendars.find(({ id }) => id === calendarId)?.windows ?? []);
  const edit = useVersionedForm({
    saved: policy,
    toForm: policyForm,
    shape: policyShape,
    save(form, version) {
      const change = policyChange(form, dayOf(form.calendar_id));
      if (!change) throw new Error("the form is sent only when it is complete");
      return savePolicy(policy.id, change, version);
    },
    async reload() {
      const policies = await queries.fetchQuery({ ...policiesQuery, staleTime: 0 });
      return policies.find(({ id }) => id === policy.id) ?? policy;
    },
    onSaved: (next) =>
      queries.setQueryData(policiesQuery.queryKey, (before) =>
        before?.map((each) => (each.id === next.id ? next : each)),
      ),
  });
  return { ...edit, dayMinutes: dayOf(edit.form.calendar_id) };
}

export function PolicyEditor(props: Props) {
  const t = useT();
  const format = useFormat();
  const edit = usePolicyForm(props);
  const { form, change, dayMinutes } = edit;
  const complete = policyChange(form, dayMinutes) !== null && form.name.trim() !== "";
  const calendarName = (id: string) => props.calendars.find((calendar) => calendar.id === id)?.name ?? id;

  function label(key: string): string {
    const [priority, metric] = key.split(".");
    if (metric)
      return t("sla.cell", {
        metric: t(`sla.${metric as Metric}`),
        priority: t(`priority.${priority}` as "priority.low"),
      });
    return t(key === "name" ? "sla.name" : key === "calendar_id" ? "sla.calendar" : "sla.warn");
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (complete) edit.submit();
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <PageHead
        title={t("settings.policy")}
        lead={t("sla.lead")}
        action={<SaveBar edit={edit} complete={complete} />}
      />
      <ClashPanel
        clash={edit.clash}
        form={form}
        shape={policyShape}
        label={label}
        words={(key, value) => (key === "calendar_id" ? calendarName(value) : value)}
        onTakeTheirs={edit.takeTheirs}
      />
      <Refusal error={edit.error} />
      <div className={styles.facts}>
        <Field
          label={t("sla.name")}
          required
          maxLength={120}
          value={form.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <Select
          label={t("sla.calendar")}
          options={props.calendars.map(({ id, name }) => ({ value: id, label: name }))}
          value={form.calendar_id}
          onChange={(event) => change({ calendar_id: event.target.value })}
        />
        <Field
          label={t("sla.warn")}
          hint={t("sla.warn_hint")}
          inputMode="numeric"
          dir="ltr"
          error={percentage(form.warn_percent) === null ? t("sla.warn_invalid") : undefined}
          value={form.warn_percent}
          onChange={(event) => change({ warn_percent: event.target.value })}
        />
      </div>
      <TargetTable form={form} onChange={(targets) => change({ targets })} dayMinutes={dayMinutes} />
      <p className={styles.hint}>{t("sla.how", { day: format.hours(dayMinutes * minuteMs) })}</p>
      <p className={styles.hint}>{t("sla.later_only")}</p>
    </form>
  );
}
