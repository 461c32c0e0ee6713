import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Chip } from "@/ui/Chip";
import { Link } from "@/ui/Link";
import { RelativeTime } from "@/ui/RelativeTime";
import { StatusGlyph } from "@/ui/StatusGlyph";
import styles from "./TicketList.module.css";

/** Old answers of what is over are no news. */
const over = ["closed", "cancelled"];

interface Props {
  ticket: Schemas["TicketSummary"];
  withRequester: boolean;
}

/** What a customer wants to know of a ticket: whose turn it is, and when something last happened. */
export function TicketRow({ ticket, withRequester }: Props) {
  const t = useT();
  const yourTurn = ticket.status === "waiting_customer";
  // What colleagues have not read yet is news to them, not to whoever looks over the company.
  const isNews = ticket.unread && !withRequester && !over.includes(ticket.status);
  return (
    <li>
      <Link to={paths.portal.ticket(ticket.number)} className={styles.row}>
        <StatusGlyph status={ticket.status} decorative size={20} />
        <span className={styles.words}>
          <span className={styles.subject} data-unread={isNews || undefined}>
            <bdi>{ticket.subject}</bdi>
          </span>
          <span className={styles.facts}>
            <span className={yourTurn ? styles.yourTurn : undefined}>
              {t(`portal.state_${ticket.status}`)}
            </span>
            <span className={styles.number}>{`#${ticket.number}`}</span>
            {withRequester && <bdi>{t("portal.by", { name: ticket.requester.name })}</bdi>}
            <RelativeTime at={ticket.updated_at} />
          </span>
        </span>
        {isNews && <Chip tone="accent">{t("portal.unread")}</Chip>}
      </Link>
    </li>
  );
}
