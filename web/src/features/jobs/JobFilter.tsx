import { useId } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import type { JobFilters, JobState } from "@/lib/operation/jobs";
import { Field } from "@/ui/Field";
import { Select } from "@/ui/Select";
import { states } from "./filters";
import styles from "./Jobs.module.css";

interface Props {
  filters: JobFilters;
  /** Kinds that are on the page: offered while one types. */
  kinds: string[];
  onChange: (filters: JobFilters) => void;
}

export function JobFilter({ filters, kinds, onChange }: Props) {
  const t = useT();
  const list = useId();
  const { state, queue, kind } = filters;

  function narrow(next: { state?: string; queue?: string; kind?: string }) {
    const { state: to, queue: of, kind: called } = { state, queue, kind, ...next };
    onChange({
      state: to as JobState,
      ...(of && { queue: of as NonNullable<JobFilters["queue"]> }),
      ...(called && { kind: called }),
    });
  }

  return (
    <search className={styles.filter} aria-label={t("jobs.filters")}>
      <Select
        label={t("jobs.state")}
        options={states.map((value) => ({ value, label: t(`jobs.state_${value}`) }))}
        value={state}
        onChange={(event) => narrow({ state: event.target.value })}
      />
      <Select
        label={t("jobs.queue")}
        options={[
          { value: "", label: t("jobs.every_queue") },
          { value: "jobs", label: t("monitoring.queue_jobs") },
          { value: "mail", label: t("monitoring.queue_mail") },
        ]}
        value={queue ?? ""}
        onChange={(event) => narrow({ queue: event.target.value })}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          narrow({ kind: String(new FormData(event.currentTarget).get("kind") ?? "").trim() });
        }}
      >
        <Field
          label={t("jobs.kind")}
          name="kind"
          dir="ltr"
          list={list}
          defaultValue={kind ?? ""}
          placeholder={t("jobs.every_kind")}
          autoComplete="off"
          spellCheck={false}
          onBlur={(event) => {
            const typed = event.target.value.trim();
            if (typed !== (kind ?? "")) narrow({ kind: typed });
          }}
        />
        <datalist id={list}>
          {kinds.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </form>
    </search>
  );
}
