import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";
import { PolicyEditor } from "./PolicyEditor";
import { calendarsQuery, policiesQuery } from "./queries";

export function PolicyPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.policy") });
  const policies = useQuery(policiesQuery);
  const calendars = useQuery(calendarsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const error = policies.error ?? calendars.error;
  if (error) return <ErrorState error={error} retry={() => window.location.reload()} />;
  if (!policies.data || !calendars.data) return <SkeletonRows count={5} height={52} />;
  const policy =
    policies.data.find(({ id }) => id === chosen) ?? policies.data.find((each) => each.is_default);
  if (!policy) return null;
  return (
    <>
      {policies.data.length > 1 && (
        <Select
          label={t("sla.policy")}
          options={policies.data.map(({ id, name }) => ({ value: id, label: name }))}
          value={policy.id}
          onChange={(event) => setChosen(event.target.value)}
        />
      )}
      <PolicyEditor key={policy.id} policy={policy} calendars={calendars.data} />
    </>
  );
}
