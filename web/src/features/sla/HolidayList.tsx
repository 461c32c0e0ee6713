import { type FormEvent, useState } from "react";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { RemoveIcon } from "@/ui/icons";
import type { CalendarForm } from "./calendarForm";
import styles from "./HolidayList.module.css";

type Holidays = CalendarForm["holidays"];

interface Props {
  holidays: Holidays;
  onChange: (holidays: Holidays) => void;
}

export function HolidayList({ holidays, onChange }: Props) {
  const t = useT();
  const format = useFormat();
  const inOrder = holidays.toSorted((a, b) => a.day.localeCompare(b.day));
  return (
    <section>
      <h2 className={styles.title}>{t("calendar.holidays")}</h2>
      {inOrder.length === 0 && <p className={styles.none}>{t("calendar.holidays_none")}</p>}
      <ul className={styles.list}>
        {inOrder.map((holiday) => (
          <li key={holiday.day} className={styles.holiday}>
            <time dateTime={holiday.day} className={styles.day}>
              {format.calendarDay(holiday.day, "year")}
            </time>
            <bdi className={styles.name}>{holiday.name}</bdi>
            <IconButton
              label={t("calendar.remove_holiday", { name: holiday.name })}
              icon={<RemoveIcon size={16} />}
              onClick={() => onChange(holidays.filter(({ day }) => day !== holiday.day))}
            />
          </li>
        ))}
      </ul>
      <NewHoliday holidays={holidays} onAdd={(holiday) => onChange([...holidays, holiday])} />
    </section>
  );
}

function NewHoliday({ holidays, onAdd }: { holidays: Holidays; onAdd: (holiday: Holidays[number]) => void }) {
  const t = useT();
  const [day, setDay] = useState("");
  const [name, setName] = useState("");
  const taken = holidays.some((holiday) => holiday.day === day);
  const complete = day !== "" && name.trim() !== "" && !taken;

  function add() {
    if (!complete) return;
    onAdd({ day, name: name.trim() });
    setDay("");
    setName("");
  }

  function onEnter(event: FormEvent & { key: string }) {
    // Enter here means this holiday, not the whole calendar.
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  }

  return (
    <div className={styles.add}>
      <Field
        label={t("calendar.day")}
        type="date"
        value={day}
        error={taken ? t("calendar.holiday_taken") : undefined}
        onChange={(event) => setDay(event.target.value)}
      />
      <Field
        label={t("calendar.holiday_name")}
        maxLength={120}
        value={name}
        onKeyDown={onEnter}
        onChange={(event) => setName(event.target.value)}
      />
      <Button disabled={!complete} onClick={add}>
        {t("calendar.add_holiday")}
      </Button>
    </div>
  );
}
