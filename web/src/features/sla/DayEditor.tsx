import { useI18n } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { PlusIcon } from "@/ui/icons";
import { HoursBar } from "./HoursBar";
import styles from "./WeekEditor.module.css";
import { WindowFields } from "./WindowFields";
import { weekdayName } from "./week";
import type { Window } from "./windows";

interface Props {
  weekday: number;
  windows: Window[];
  /** The day above, whose hours can be taken over. */
  before: { weekday: number | undefined; windows: Window[] };
  onChange: (windows: Window[]) => void;
}

/** After the last window of the day, or a first guess that is typed over. */
function nextWindow(weekday: number, windows: Window[]): Window {
  const last = windows.at(-1);
  return last ? { weekday, from: last.to, to: "" } : { weekday, from: "09:00", to: "17:00" };
}

export function DayEditor({ weekday, windows, before, onChange }: Props) {
  const { t, locale } = useI18n();
  const day = weekdayName(locale, weekday);
  const closed = windows.length === 0;

  function copyBefore() {
    onChange(before.windows.map((window) => ({ ...window, weekday })));
  }

  return (
    <li className={styles.day}>
      <span className={styles.name}>{day}</span>
      <div className={styles.windows}>
        {closed && <span className={styles.closed}>{t("calendar.closed")}</span>}
        {windows.map((window, place) => (
          <WindowFields
            // biome-ignore lint/suspicious/noArrayIndexKey: windows have no name but their place
            key={place}
            day={day}
            window={window}
            others={windows}
            onChange={(next) => onChange(windows.with(place, next))}
            onRemove={() => onChange(windows.toSpliced(place, 1))}
          />
        ))}
        <IconButton
          label={t("calendar.add_window", { day })}
          icon={<PlusIcon size={16} />}
          onClick={() => onChange([...windows, nextWindow(weekday, windows)])}
        />
        {closed && before.weekday && before.windows.length > 0 && (
          <Button size="small" tone="quiet" onClick={copyBefore}>
            {t("calendar.copy", { day: weekdayName(locale, before.weekday) })}
          </Button>
        )}
      </div>
      <HoursBar windows={windows} />
    </li>
  );
}
