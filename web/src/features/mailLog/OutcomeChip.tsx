import type { ComponentProps } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Chip } from "@/ui/Chip";
import { AlertIcon, CheckIcon, ClockIcon, CopyIcon, PauseIcon } from "@/ui/icons";
import type { Outcome } from "./queries";

const looks: Record<Outcome, [ComponentProps<typeof Chip>["tone"], typeof CheckIcon]> = {
  stored: ["plain", ClockIcon],
  accepted: ["good", CheckIcon],
  duplicate: ["plain", CopyIcon],
  quarantined: ["warning", PauseIcon],
  failed: ["danger", AlertIcon],
};

export function OutcomeChip({ outcome }: { outcome: Outcome }) {
  const t = useT();
  const [tone, Icon] = looks[outcome];
  return (
    <Chip tone={tone} icon={<Icon size={12} />}>
      {t(`mail_log.outcome_${outcome}`)}
    </Chip>
  );
}
