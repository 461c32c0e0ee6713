import { useQuery } from "@tanstack/react-query";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { useNow } from "@/lib/useNow";
import { Avatar } from "@/ui/Avatar";
import { ClockIcon, CompanyIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import styles from "./Properties.module.css";
import { earlierQuery, type Ticket } from "./queries";
import { StubLink } from "./TicketLinks";

/** Who asks: company, what time it is there, and what they asked before. */
export function RequesterCard({ ticket }: { ticket: Ticket }) {
  const t = useT();
  const format = useFormat();
  const now = useNow();
  const { requester, company } = ticket;
  const zone = requester.time_zone;
  return (
    <section className={styles.block}>
      <h2 className={styles.blockTitle}>{t("tickets.requester")}</h2>
      <div className={styles.person}>
        <Avatar person={requester} size={32} />
        <div>
          <bdi className={styles.name}>{requester.name}</bdi>
          <a className={styles.mail} href={`mailto:${requester.email}`}>
            {requester.email}
          </a>
        </div>
      </div>
      {company && (
        <Link to={paths.desk.tickets()} search={{ company: company.id }} className={styles.fact}>
          <CompanyIcon size={14} />
          <bdi>{company.name}</bdi>
        </Link>
      )}
      {zone && (
        <p className={styles.fact}>
          <ClockIcon size={14} />
          {t("ticket.local_time", { time: format.timeIn(zone, now), zone })}
        </p>
      )}
      <Earlier ticket={ticket} />
    </section>
  );
}

function Earlier({ ticket }: { ticket: Ticket }) {
  const t = useT();
  const { data: page } = useQuery(earlierQuery(ticket.requester.id));
  if (!page) return null;
  const others = page.items.filter(({ id }) => id !== ticket.id).slice(0, 5);
  if (others.length === 0) return <p className={styles.small}>{t("ticket.no_earlier")}</p>;
  return (
    <>
      <h3 className={styles.small}>{t("ticket.earlier")}</h3>
      <ul>
        {others.map((other) => (
          <li key={other.id}>
            <StubLink ticket={other} />
          </li>
        ))}
      </ul>
    </>
  );
}
