import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { InboxIcon, SearchIcon } from "@/ui/icons";
import type { View } from "./filters";

const words = {
  inbox: "tickets.empty_inbox",
  mine: "tickets.empty_mine",
  unassigned: "tickets.empty_unassigned",
  all: "tickets.empty_first",
} as const;

export function EmptyList({
  view,
  narrowed,
  onClear,
}: {
  view: View;
  narrowed: boolean;
  onClear: () => void;
}) {
  const t = useT();
  if (narrowed) {
    return (
      <EmptyState
        icon={<SearchIcon size={24} />}
        title={t("tickets.empty_all")}
        action={<Button onClick={onClear}>{t("tickets.clear_filters")}</Button>}
      >
        {t("tickets.empty_all_lead")}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<InboxIcon size={24} />} title={t(words[view])}>
      {t(`${words[view]}_lead`)}
    </EmptyState>
  );
}
