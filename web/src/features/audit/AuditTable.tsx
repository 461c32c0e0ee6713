import { intlLocale } from "@/lib/i18n/catalogue";
import { useFormat, useI18n, useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import styles from "./AuditPage.module.css";
import { auditField, auditValue } from "./changes";
import { kindWords } from "./kinds";
import type { AuditEvent } from "./queries";

interface Props {
  events: AuditEvent[];
  onActor: (id: string) => void;
}

export function AuditTable({ events, onActor }: Props) {
  const t = useT();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("audit.when")}</th>
          <th scope="col">{t("audit.who")}</th>
          <th scope="col">{t("audit.what")}</th>
          <th scope="col">{t("audit.where")}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <Row key={event.id} event={event} onActor={onActor} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ event, onActor }: { event: AuditEvent; onActor: (id: string) => void }) {
  const { locale } = useI18n();
  const { timeZone, exact } = useFormat();
  const at = new Intl.DateTimeFormat(intlLocale(locale), {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone,
  });
  return (
    <tr>
      <td className={styles.when}>
        <time dateTime={event.at} title={exact(event.at)}>
          {at.format(new Date(event.at))}
        </time>
      </td>
      <td>
        <Actor event={event} onActor={onActor} />
      </td>
      <td className={styles.what}>
        <What event={event} />
      </td>
      <td className={styles.where}>{event.ip && <bdi>{event.ip}</bdi>}</td>
    </tr>
  );
}

function Actor({ event, onActor }: { event: AuditEvent; onActor: (id: string) => void }) {
  const t = useT();
  const { actor, impersonator } = event;
  if (actor)
    return (
      <>
        <button
          type="button"
          className={styles.actor}
          title={t("audit.only_by", { name: actor.name })}
          onClick={() => onActor(actor.id)}
        >
          <bdi>{actor.name}</bdi>
        </button>
        {impersonator && <span> {t("audit.by", { name: impersonator.name })}</span>}
      </>
    );
  if (detailOf(event, "by") === "operator") return t("audit.operator");
  return event.kind.endsWith("_failed") || event.kind === "password_requested"
    ? t("audit.unproven")
    : t("audit.system");
}

function What({ event }: { event: AuditEvent }) {
  const t = useT();
  const format = useFormat();
  const { subject, actor, changes, ticket_number: number } = event;
  const name = detailOf(event, "name") ?? detailOf(event, "reason");
  return (
    <>
      <span className={styles.kind}>{kindWords(t, event.kind)}</span>
      {number && (
        <Link to={paths.desk.ticket(number)} className={styles.ticket}>
          <bdi>{t("tickets.number", { number: String(number) })}</bdi>
        </Link>
      )}
      {subject && subject.id !== actor?.id && <span>{t("audit.about", { name: subject.name })}</span>}
      {name && <bdi>{name}</bdi>}
      {changes.map(({ field, old, new: next }) => (
        <span key={field} className={styles.change} dir="auto">
          {t("ticket.old_new", {
            field: auditField(t, field),
            old: auditValue(t, format, field, old),
            new: auditValue(t, format, field, next),
          })}
        </span>
      ))}
    </>
  );
}

function detailOf(event: AuditEvent, key: string): string | undefined {
  const value = (event.detail as Record<string, unknown>)[key];
  return typeof value === "string" ? value : undefined;
}
