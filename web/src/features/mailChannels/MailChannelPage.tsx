import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { ChannelEditor } from "./ChannelEditor";
import { channelQuery } from "./queries";

function useChannelPlace(label: string | undefined) {
  const t = useT();
  const mail = { label: t("settings.mail"), to: paths.desk.settings.mail() };
  usePlace({ label: t("settings.title") }, mail, ...(label ? [{ label }] : []));
}

export function NewMailChannelPage() {
  const t = useT();
  useChannelPlace(t("mail_channels.add"));
  return <ChannelEditor channel={null} />;
}

export function MailChannelPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const channel = useQuery(channelQuery(id));
  useChannelPlace(channel.data?.name);
  if (channel.isError && !channel.data)
    return <ErrorState error={channel.error} retry={() => void channel.refetch()} />;
  if (channel.isPending) return <SkeletonRows count={6} height={52} />;
  return <ChannelEditor key={`${id} ${channel.data.version}`} channel={channel.data} />;
}
