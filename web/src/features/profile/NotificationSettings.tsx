import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Check } from "@/ui/Check";
import { ErrorState } from "@/ui/ErrorState";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { EventTable } from "./EventTable";
import styles from "./NotificationSettings.module.css";

export type Settings = Schemas["NotificationSettings"];

const address = "/api/v1/profile/notification-settings";
const queryKey = ["notification-settings"];
/** What most mean by night, for somebody who switches it on. */
const usualNight = { from: "20:00", to: "07:00" };

/** What one is told of, where, and when not. */
export function NotificationSettings() {
  const settings = useQuery({ queryKey, queryFn: () => data(client.GET(address)) });
  if (settings.isError) return <ErrorState error={settings.error} retry={() => void settings.refetch()} />;
  if (settings.isPending) return <SkeletonRows count={5} height={40} />;
  return <SettingsForm saved={settings.data} />;
}

function SettingsForm({ saved }: { saved: Settings }) {
  const t = useT();
  const queries = useQueryClient();
  const [form, setForm] = useState(saved);
  const change = (part: Partial<Settings>) => setForm((before) => ({ ...before, ...part }));
  const saving = useMutation({
    mutationFn: () => data(client.PUT(address, { body: form })),
    onSuccess(next) {
      queries.setQueryData(queryKey, next);
      setForm(next);
      toast("done", t("settings.saved"));
    },
  });
  const { quiet_hours: quiet } = form;
  const hasDigest = form.events.some(({ mail }) => mail === "digest");

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <EventTable events={form.events} onChange={(events) => change({ events })} />
      {hasDigest && (
        <Field
          label={t("profile.digest_at")}
          hint={t("profile.digest_hint", { zone: form.time_zone })}
          type="time"
          required
          className={styles.time}
          error={fieldError(t, saving.error, "digest_at")}
          value={form.digest_at}
          onChange={(event) => change({ digest_at: event.target.value })}
        />
      )}
      <Check
        label={t("profile.quiet")}
        hint={t("profile.quiet_hint", { zone: form.time_zone })}
        checked={quiet != null}
        onChange={(on) => change({ quiet_hours: on ? (saved.quiet_hours ?? usualNight) : null })}
      />
      {quiet && (
        <div className={styles.hours}>
          <Field
            label={t("profile.quiet_from")}
            type="time"
            required
            error={fieldError(t, saving.error, "quiet_hours/from")}
            value={quiet.from}
            onChange={(event) => change({ quiet_hours: { ...quiet, from: event.target.value } })}
          />
          <Field
            label={t("profile.quiet_to")}
            type="time"
            required
            error={fieldError(t, saving.error, "quiet_hours/to")}
            value={quiet.to}
            onChange={(event) => change({ quiet_hours: { ...quiet, to: event.target.value } })}
          />
        </div>
      )}
      {saving.isError && <Notice tone="danger">{errorWords(t, saving.error)}</Notice>}
      <Button type="submit" tone="primary" busy={saving.isPending}>
        {t("common.save")}
      </Button>
    </form>
  );
}
