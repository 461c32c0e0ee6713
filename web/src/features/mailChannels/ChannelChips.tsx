import type { ComponentProps } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Chip } from "@/ui/Chip";
import { AlertIcon, CheckIcon, ClockIcon, PauseIcon, RetryIcon } from "@/ui/icons";
import type { MailChannel } from "./queries";

type State = MailChannel["state"]["name"];

const tones: Record<State, ComponentProps<typeof Chip>["tone"]> = {
  off: "plain",
  connecting: "plain",
  ok: "good",
  retrying: "warning",
  stopped: "danger",
};

const icons = {
  off: PauseIcon,
  connecting: ClockIcon,
  ok: CheckIcon,
  retrying: RetryIcon,
  stopped: AlertIcon,
};

/** How a channel does, in a word with a mark; never by colour alone. */
export function ChannelChips({ channel }: { channel: MailChannel }) {
  const t = useT();
  const { name, silent, sending_error } = channel.state;
  const Icon = icons[name];
  return (
    <>
      <Chip tone={tones[name]} icon={<Icon size={12} />}>
        {t(`mail_channels.state_${name}`)}
      </Chip>
      {sending_error && (
        <Chip tone="danger" icon={<AlertIcon size={12} />}>
          {t("mail_channels.cannot_send")}
        </Chip>
      )}
      {silent && (
        <Chip tone="warning" icon={<ClockIcon size={12} />}>
          {t("mail_channels.silent")}
        </Chip>
      )}
    </>
  );
}
