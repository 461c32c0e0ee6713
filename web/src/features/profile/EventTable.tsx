import type { MessageId, Translate } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { Select } from "@/ui/Select";
import type { Settings } from "./NotificationSettings";
import styles from "./NotificationSettings.module.css";

type Event = Settings["events"][number];

const kinds: Record<string, MessageId> = {
  ticket_new: "profile.event_ticket_new",
  ticket_assigned: "profile.event_ticket_assigned",
  ticket_accepted: "profile.event_ticket_accepted",
  customer_replied: "profile.event_customer_replied",
  staff_replied: "profile.event_staff_replied",
  ticket_resolved: "profile.event_ticket_resolved",
  ticket_reopened: "profile.event_ticket_reopened",
  ticket_closed: "profile.event_ticket_closed",
  ticket_rated: "profile.event_ticket_rated",
  sla_warned: "profile.event_sla_warned",
  sla_breached: "profile.event_sla_breached",
  impersonated: "profile.event_impersonated",
};
const ways: Event["mail"][] = ["off", "at_once", "digest"];

const kindWords = (t: Translate, kind: string) => t(kinds[kind] ?? "profile.event_other");

interface Props {
  events: Event[];
  onChange: (events: Event[]) => void;
}

/** Each event with the two ways to hear of it. */
export function EventTable({ events, onChange }: Props) {
  const t = useT();
  const set = (kind: string, part: Partial<Event>) =>
    onChange(events.map((event) => (event.kind === kind ? { ...event, ...part } : event)));
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("profile.event")}</th>
          <th scope="col">{t("profile.in_app")}</th>
          <th scope="col">{t("profile.by_mail")}</th>
        </tr>
      </thead>
      <tbody>
        {events.map(({ kind, in_app, mail }) => {
          const words = kindWords(t, kind);
          return (
            <tr key={kind}>
              <th scope="row">{words}</th>
              <td className={styles.app}>
                <input
                  type="checkbox"
                  aria-label={t("profile.in_app_of", { event: words })}
                  checked={in_app}
                  onChange={(event) => set(kind, { in_app: event.target.checked })}
                />
              </td>
              <td>
                <Select
                  label={t("profile.by_mail_of", { event: words })}
                  hideLabel
                  options={ways.map((value) => ({ value, label: t(`profile.mail_${value}`) }))}
                  value={mail}
                  onChange={(event) => set(kind, { mail: event.target.value as Event["mail"] })}
                />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
