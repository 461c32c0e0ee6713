import { useI18n } from "@/lib/i18n/I18nProvider";
import { dayWindows } from "./calendarForm";
import { DayEditor } from "./DayEditor";
import styles from "./WeekEditor.module.css";
import { weekdays } from "./week";
import { type Window, weekMinutes } from "./windows";

const minuteMs = 60_000;

interface Props {
  windows: Window[];
  onChange: (windows: Window[]) => void;
}

/** The week at a glance: a line a day, its hours as typed and as a bar over the 24 hours. */
export function WeekEditor({ windows, onChange }: Props) {
  const { t, format, locale } = useI18n();
  const days = weekdays(locale);

  function set(weekday: number, ofDay: Window[]) {
    onChange([...windows.filter((window) => window.weekday !== weekday), ...ofDay]);
  }

  return (
    <section>
      <header className={styles.header}>
        <h2>{t("calendar.week")}</h2>
        <span className={styles.total}>
          {windows.length > 0
            ? t("calendar.week_total", { time: format.hours(weekMinutes(windows) * minuteMs) })
            : t("calendar.nothing_open")}
        </span>
      </header>
      <div className={styles.axis} aria-hidden="true">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      <ul className={styles.week}>
        {days.map((weekday, place) => (
          <DayEditor
            key={weekday}
            weekday={weekday}
            windows={dayWindows(windows, weekday)}
            before={{ weekday: days[place - 1], windows: dayWindows(windows, days[place - 1] ?? 0) }}
            onChange={(ofDay) => set(weekday, ofDay)}
          />
        ))}
      </ul>
    </section>
  );
}
