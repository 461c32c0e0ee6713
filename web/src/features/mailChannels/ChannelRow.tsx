import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { useNow } from "@/lib/useNow";
import { classes } from "@/ui/classes";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import { ChannelChips } from "./ChannelChips";
import styles from "./MailChannels.module.css";
import type { MailChannel } from "./queries";

/** One address: how it does, since when mail came, and in a sentence what is wrong. */
export function ChannelRow({ channel }: { channel: MailChannel }) {
  return (
    <li className={styles.channel}>
      <div className={styles.title}>
        <Link to={paths.desk.settings.mailChannel(channel.id)} className={styles.name}>
          <bdi>{channel.name}</bdi>
        </Link>
        <ChannelChips channel={channel} />
      </div>
      <bdi className={classes(styles.address, "own-direction")}>{channel.address}</bdi>
      <Facts channel={channel} />
      <Trouble channel={channel} />
    </li>
  );
}

function Facts({ channel }: { channel: MailChannel }) {
  const t = useT();
  const format = useFormat();
  const now = useNow();
  const { last_success_at, next_attempt_at, backlog } = channel.state;
  return (
    <p className={styles.facts}>
      {!channel.imap && <span>{t("mail_channels.sends_only")}</span>}
      {!channel.smtp && <span>{t("mail_channels.fetches_only")}</span>}
      {channel.imap &&
        (last_success_at ? (
          <span>
            {t("mail_channels.last_success")} <RelativeTime at={last_success_at} />
          </span>
        ) : (
          <span>{t("mail_channels.no_success")}</span>
        ))}
      {backlog > 0 && <span>{t("mail_channels.backlog", { count: backlog })}</span>}
      {next_attempt_at && (
        <span title={format.exact(next_attempt_at)}>
          {t("mail_channels.next_attempt", { time: format.relative(next_attempt_at, now) })}
        </span>
      )}
    </p>
  );
}

/** What went wrong last, as long as it does; what is over is the log's affair. */
export function Trouble({ channel }: { channel: MailChannel }) {
  const t = useT();
  const { name, detail, last_error, silent, last_success_at, sending_error, backlog_error } = channel.state;
  const isTroubled = name === "retrying" || name === "stopped";
  const words = detail ?? last_error;
  return (
    <>
      {isTroubled && words && <Sentence>{words}</Sentence>}
      {sending_error && <Sentence>{sending_error}</Sentence>}
      {backlog_error && <Sentence>{backlog_error}</Sentence>}
      {silent && (
        <p className={styles.trouble}>
          {t(last_success_at ? "mail_channels.silent_lead" : "mail_channels.silent_ever", {
            hours: channel.silence_hours ?? 0,
          })}
        </p>
      )}
    </>
  );
}

/** What a server or the program said, in its own direction. */
function Sentence({ children }: { children: string }) {
  return (
    <p className={classes(styles.trouble, "own-direction")} dir="auto">
      {children}
    </p>
  );
}
