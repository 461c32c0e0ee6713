import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { useNow } from "@/lib/useNow";
import { Chip } from "@/ui/Chip";
import { AlertIcon, ClockIcon, PauseIcon } from "@/ui/icons";
import { dueOf } from "./due";

/** The next deadline of a ticket; the exact time and what it is for on hover. */
export function DueChip({ deadline }: { deadline: Schemas["NextDeadline"] }) {
  const t = useT();
  const format = useFormat();
  const due = dueOf(deadline, useNow(), t, format);
  const Icon = due.tone === "danger" ? AlertIcon : deadline.state === "paused" ? PauseIcon : ClockIcon;
  const metric = t(`clock.${deadline.metric}`);
  const exact = deadline.due_at ? `${metric}: ${format.exact(deadline.due_at)}` : metric;
  return (
    <span title={exact}>
      <Chip tone={due.tone} icon={<Icon size={12} />}>
        {due.words}
      </Chip>
    </span>
  );
}
