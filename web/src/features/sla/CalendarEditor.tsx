import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { Field } from "@/ui/Field";
import { PageHead } from "@/ui/PageHead";
import { TimeZoneField } from "@/ui/TimeZoneField";
import styles from "./CalendarEditor.module.css";
import { ClashPanel } from "./ClashPanel";
import { calendarForm, calendarShape, isComplete, isTimeZone } from "./calendarForm";
import { HolidayList } from "./HolidayList";
import { type Calendar, calendarsQuery, saveCalendar } from "./queries";
import { Refusal } from "./Refusal";
import { SaveBar } from "./SaveBar";
import { useVersionedForm } from "./useVersionedForm";
import { WeekEditor } from "./WeekEditor";
import { weekdayName } from "./week";

function useCalendarForm(calendar: Calendar) {
  const queries = useQueryClient();
  return useVersionedForm({
    saved: calendar,
    toForm: calendarForm,
    shape: calendarShape,
    save: (form, version) => saveCalendar(calendar.id, form, version),
    async reload() {
      const calendars = await queries.fetchQuery({ ...calendarsQuery, staleTime: 0 });
      return calendars.find(({ id }) => id === calendar.id) ?? calendar;
    },
    onSaved: (next) =>
      queries.setQueryData(calendarsQuery.queryKey, (before) =>
        before?.map((each) => (each.id === next.id ? next : each)),
      ),
  });
}

export function CalendarEditor({ calendar }: { calendar: Calendar }) {
  const { t, format, locale } = useI18n();
  const edit = useCalendarForm(calendar);
  const { form, change } = edit;
  const complete = isComplete(form);

  function label(key: string): string {
    const [kind, id = ""] = key.split(".");
    if (kind === "weekday") return weekdayName(locale, Number(id));
    if (kind === "holiday") return format.calendarDay(id);
    return t(key === "name" ? "calendar.name" : "calendar.time_zone");
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (complete) edit.submit();
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <PageHead
        title={t("settings.calendar")}
        lead={t("calendar.lead")}
        action={<SaveBar edit={edit} complete={complete} />}
      />
      <ClashPanel
        clash={edit.clash}
        form={form}
        shape={calendarShape}
        label={label}
        onTakeTheirs={edit.takeTheirs}
      />
      <Refusal error={edit.error} />
      <div className={styles.facts}>
        <Field
          label={t("calendar.name")}
          required
          maxLength={120}
          value={form.name}
          onChange={(event) => change({ name: event.target.value })}
        />
        <TimeZoneField
          label={t("calendar.time_zone")}
          value={form.time_zone}
          valid={isTimeZone(form.time_zone)}
          onChange={(time_zone) => change({ time_zone })}
        />
      </div>
      <WeekEditor windows={form.windows} onChange={(windows) => change({ windows })} />
      <HolidayList holidays={form.holidays} onChange={(holidays) => change({ holidays })} />
    </form>
  );
}
