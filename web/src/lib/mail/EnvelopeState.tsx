import type { ComponentProps } from "react";
import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { Chip } from "@/ui/Chip";
import { AlertIcon, CancelIcon, CheckIcon, ClockIcon, InboxIcon, OutboxIcon, RetryIcon } from "@/ui/icons";

export type EnvelopeStateName = Schemas["OutgoingMail"]["envelopes"][number]["state"];

type Tone = ComponentProps<typeof Chip>["tone"];

const looks: Record<EnvelopeStateName, [Tone, typeof CheckIcon]> = {
  queued: ["plain", ClockIcon],
  sending: ["plain", OutboxIcon],
  accepted: ["good", CheckIcon],
  uncertain: ["warning", AlertIcon],
  deferred: ["warning", RetryIcon],
  failed: ["danger", AlertIcon],
  bounced: ["danger", AlertIcon],
  cancelled: ["plain", CancelIcon],
  kept: ["plain", InboxIcon],
};

export const envelopeStates = Object.keys(looks) as EnvelopeStateName[];

/** Nobody will get this any more unless somebody does something. */
export const isLost = (state: EnvelopeStateName) => state === "failed" || state === "bounced";

/** How far a mail came to one recipient, in a word with a mark. */
export function EnvelopeState({ state }: { state: EnvelopeStateName }) {
  const t = useT();
  const [tone, Icon] = looks[state];
  return (
    <Chip tone={tone} icon={<Icon size={12} />}>
      {t(`outbox.state_${state}`)}
    </Chip>
  );
}
