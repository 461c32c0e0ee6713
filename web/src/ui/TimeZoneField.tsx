import { useId, useMemo } from "react";
import { intlLocale } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { useNow } from "@/lib/useNow";
import { Field } from "./Field";

interface Props {
  label: string;
  value: string;
  valid: boolean;
  onChange: (zone: string) => void;
}

/** A zone by its name, with the time there: the surest sign that it is the right one. */
export function TimeZoneField({ label, value, valid, onChange }: Props) {
  const { t, locale } = useI18n();
  const list = useId();
  const now = useNow();
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);

  function time() {
    return new Intl.DateTimeFormat(intlLocale(locale), { timeStyle: "short", timeZone: value }).format(now);
  }

  return (
    <>
      <Field
        label={label}
        list={list}
        dir="ltr"
        required
        autoComplete="off"
        value={value}
        hint={valid ? t("calendar.now", { time: time() }) : undefined}
        error={valid ? undefined : t("calendar.time_zone_invalid")}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
