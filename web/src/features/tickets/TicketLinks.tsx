import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import { StatusGlyph } from "@/ui/StatusGlyph";
import styles from "./Properties.module.css";
import type { Ticket } from "./queries";

/** Follow-ups, both ways. */
export function TicketLinks({ ticket }: { ticket: Ticket }) {
  const t = useT();
  if (ticket.links.length === 0) return null;
  return (
    <section className={styles.block}>
      <h2 className={styles.blockTitle}>{t("ticket.links")}</h2>
      {ticket.links.map((link) => (
        <div key={link.ticket.id}>
          <p className={styles.small}>{t(`ticket.${link.kind}`)}</p>
          <StubLink ticket={link.ticket} />
        </div>
      ))}
    </section>
  );
}

export function StubLink({ ticket }: { ticket: Schemas["TicketStub"] }) {
  const t = useT();
  return (
    <Link to={paths.desk.ticket(ticket.number)} className={styles.stub}>
      <StatusGlyph status={ticket.status} />
      <bdi className="own-direction">{ticket.subject}</bdi>
      <span>{t("tickets.number", { number: String(ticket.number) })}</span>
    </Link>
  );
}
