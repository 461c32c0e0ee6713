import { intlLocale } from "@/lib/i18n/catalogue";
import { useFormat, useI18n, useT } from "@/lib/i18n/I18nProvider";
import { CalendarIcon } from "@/ui/icons";
import styles from "./Mail.module.css";
import type { Mail } from "./mailWords";

type Invitation = NonNullable<Mail["invitation"]>;

/** What, when, where and who; answering is done in one's own calendar, with the attached file. */
export function InvitationCard({ invitation }: { invitation: Invitation }) {
  const t = useT();
  const format = useFormat();
  const when = useWhen(invitation);
  const { summary, location, organizer, attendees, join_url } = invitation;
  return (
    <section className={styles.invitation} aria-label={t("mail.invitation")}>
      <CalendarIcon size={20} />
      <div>
        <h3>
          <bdi>{summary || t("mail.invitation")}</bdi>
        </h3>
        {when && <p>{when}</p>}
        {location && (
          <p>
            <bdi>{location}</bdi>
          </p>
        )}
        {organizer && <p>{t("mail.invited_by", { name: organizer })}</p>}
        {attendees.length > 0 && (
          <p className={styles.attendees}>{t("mail.attendees", { names: format.list(attendees) })}</p>
        )}
        {join_url && /^https?:/.test(join_url) && (
          <a href={join_url} target="_blank" rel="noopener noreferrer" className={styles.link}>
            {t("mail.join")}
          </a>
        )}
      </div>
    </section>
  );
}

/** In the reader's zone; a day alone, or a time of which nobody knows the zone, stays as it was written. */
function useWhen({ start, end }: Invitation): string | null {
  const { locale } = useI18n();
  const { timeZone } = useFormat();
  if (!start || Number.isNaN(Date.parse(start))) return start ?? null;
  const isDay = start.length === 10;
  const isZoned = /(Z|[+-]\d\d:?\d\d)$/.test(start);
  const format = new Intl.DateTimeFormat(intlLocale(locale), {
    dateStyle: "full",
    ...(!isDay && { timeStyle: "short" }),
    timeZone: isDay || !isZoned ? "UTC" : timeZone,
  });
  const moment = (text: string) => new Date(isDay || isZoned ? text : `${text}Z`);
  const last = end && !isDay && !Number.isNaN(Date.parse(end)) ? moment(end) : null;
  return last && last >= moment(start)
    ? format.formatRange(moment(start), last)
    : format.format(moment(start));
}
