import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Monitoring.module.css";
import type { Monitoring } from "./queries";
import { Nothing, Section } from "./Section";
import { State, type Tone } from "./State";

type Channel = Monitoring["mail_channels"][number];

const states: Record<string, { tone: Tone; words: MessageId }> = {
  ok: { tone: "good", words: "monitoring.channel_ok" },
  connecting: { tone: "waiting", words: "monitoring.channel_connecting" },
  retrying: { tone: "warning", words: "monitoring.channel_retrying" },
  stopped: { tone: "danger", words: "monitoring.channel_stopped" },
  off: { tone: "idle", words: "monitoring.channel_off" },
};

export function Channels({ channels }: { channels: Channel[] }) {
  const t = useT();
  return (
    <Section title={t("monitoring.channels")}>
      {channels.length === 0 ? (
        <Nothing>{t("monitoring.no_channels")}</Nothing>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t("monitoring.channel")}</th>
              <th scope="col">{t("monitoring.state")}</th>
              <th scope="col">{t("monitoring.channel_since")}</th>
              <th scope="col">{t("monitoring.last_success")}</th>
              <th scope="col">{t("monitoring.last_mail")}</th>
            </tr>
          </thead>
          <tbody>
            {channels.map((channel) => (
              <Row key={channel.id} channel={channel} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Row({ channel }: { channel: Channel }) {
  const t = useT();
  const { tone, words } = states[channel.state] ?? {
    tone: "idle" as const,
    words: "monitoring.channel_off" as const,
  };
  return (
    <tr>
      <th scope="row">
        {channel.name ? (
          <Link to={paths.desk.settings.mailChannel(channel.id)} className={styles.link}>
            <bdi>{channel.name}</bdi>
          </Link>
        ) : (
          <>
            <bdi>{channel.organization}</bdi>{" "}
            <bdi className={styles.code} title={channel.id}>
              {channel.id.slice(-8)}
            </bdi>
          </>
        )}
      </th>
      <td data-label={t("monitoring.state")}>
        <State tone={tone}>{t(words)}</State>
      </td>
      <td data-label={t("monitoring.channel_since")}>
        <RelativeTime at={channel.state_since} />
      </td>
      <td data-label={t("monitoring.last_success")}>
        {channel.last_success_at ? <RelativeTime at={channel.last_success_at} /> : "–"}
      </td>
      <td data-label={t("monitoring.last_mail")}>
        {channel.last_mail_at ? <RelativeTime at={channel.last_mail_at} /> : "–"}
      </td>
    </tr>
  );
}
