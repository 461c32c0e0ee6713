import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data } from "@/api/client";
import { errorWords, fieldError } from "@/lib/errorWords";
import { isLocale, type Locale, locales } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { type Session, useAdoptSession } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { TimeZoneField } from "@/ui/TimeZoneField";
import { toast } from "@/ui/Toast";
import styles from "./ProfilePage.module.css";

function isTimeZone(zone: string): boolean {
  try {
    return zone !== "" && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

export function PersonForm({ session }: { session: Session }) {
  const { t, locale } = useI18n();
  const adopt = useAdoptSession();
  const { name, time_zone } = session.person;
  const [now, setNow] = useState({
    name,
    locale: isLocale(session.person.locale) ? session.person.locale : locale,
    time_zone,
  });
  const change = (part: Partial<typeof now>) => setNow((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () => data(client.PATCH("/api/v1/profile", { body: now })),
    onSuccess(changed) {
      adopt(changed);
      toast("done", t("settings.saved"));
    },
  });
  const validZone = isTimeZone(now.time_zone);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (validZone) save.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label={t("profile.name")}
        required
        autoComplete="name"
        error={fieldError(t, save.error, "name")}
        value={now.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Field
        label={t("profile.email")}
        hint={t("profile.email_hint")}
        value={session.email}
        readOnly
        dir="ltr"
      />
      <Select
        label={t("profile.language")}
        options={locales.map((value) => ({ value, label: t(`language.${value}`) }))}
        value={now.locale}
        onChange={(event) => change({ locale: event.target.value as Locale })}
      />
      <TimeZoneField
        label={t("profile.time_zone")}
        value={now.time_zone}
        valid={validZone}
        onChange={(zone) => change({ time_zone: zone })}
      />
      {save.isError && <Notice tone="danger">{errorWords(t, save.error)}</Notice>}
      <Button type="submit" tone="primary" busy={save.isPending}>
        {t("common.save")}
      </Button>
    </form>
  );
}
