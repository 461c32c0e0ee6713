import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { MailIcon, PlusIcon } from "@/ui/icons";
import { PageHead } from "@/ui/PageHead";
import { SkeletonRows } from "@/ui/Skeleton";
import { ChannelRow } from "./ChannelRow";
import styles from "./MailChannels.module.css";
import { MailPlaces } from "./MailPlaces";
import { ParkedAddresses } from "./ParkedAddresses";
import { channelsQuery } from "./queries";

/** Where customers' mail comes from and where answers leave: each address with how it does. */
export function MailChannelsPage() {
  const t = useT();
  const navigate = useNavigate();
  usePlace({ label: t("settings.title") }, { label: t("settings.mail") });
  const connect = (
    <Button
      tone="primary"
      icon={<PlusIcon size={16} />}
      onClick={() => void navigate({ to: paths.desk.settings.newMailChannel() })}
    >
      {t("mail_channels.add")}
    </Button>
  );
  return (
    <>
      <PageHead title={t("settings.mail")} lead={t("mail_channels.lead")} action={connect} />
      <Channels />
      <ParkedAddresses />
      <MailPlaces />
    </>
  );
}

function Channels() {
  const t = useT();
  const list = useQuery(channelsQuery);
  if (list.isError && !list.data) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={2} height={72} />;
  if (list.data.length === 0) {
    return (
      <EmptyState icon={<MailIcon size={24} />} title={t("mail_channels.none")}>
        {t("mail_channels.none_lead")}
      </EmptyState>
    );
  }
  return (
    <ul className={styles.list} aria-label={t("mail_channels.list")}>
      {list.data.map((channel) => (
        <ChannelRow key={channel.id} channel={channel} />
      ))}
    </ul>
  );
}
