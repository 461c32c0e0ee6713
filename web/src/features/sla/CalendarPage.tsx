import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";
import { CalendarEditor } from "./CalendarEditor";
import { calendarsQuery } from "./queries";

export function CalendarPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.calendar") });
  const calendars = useQuery(calendarsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  if (calendars.isError) return <ErrorState error={calendars.error} retry={() => void calendars.refetch()} />;
  if (calendars.isPending) return <SkeletonRows count={7} height={48} />;
  const calendar = calendars.data.find(({ id }) => id === chosen) ?? calendars.data[0];
  if (!calendar) return null;
  return (
    <>
      {calendars.data.length > 1 && (
        <Select
          label={t("sla.calendar")}
          options={calendars.data.map(({ id, name }) => ({ value: id, label: name }))}
          value={calendar.id}
          onChange={(event) => setChosen(event.target.value)}
        />
      )}
      <CalendarEditor key={calendar.id} calendar={calendar} />
    </>
  );
}
