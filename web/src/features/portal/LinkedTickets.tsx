import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Link } from "@/ui/Link";
import { StatusGlyph } from "@/ui/StatusGlyph";
import styles from "./LinkedTickets.module.css";

/** Before and after: a closed ticket goes on in its follow-ups. */
export function LinkedTickets({ links }: { links: Schemas["TicketLink"][] }) {
  const t = useT();
  if (links.length === 0) return null;
  return (
    <ul className={styles.list}>
      {links.map(({ kind, ticket }) => (
        <li key={ticket.id}>
          <span className={styles.kind}>{t(`portal.${kind}`)}</span>
          <Link to={paths.portal.ticket(ticket.number)} className={styles.link}>
            <StatusGlyph status={ticket.status} decorative />
            <span>{`#${ticket.number}`}</span>
            <bdi>{ticket.subject}</bdi>
          </Link>
        </li>
      ))}
    </ul>
  );
}
