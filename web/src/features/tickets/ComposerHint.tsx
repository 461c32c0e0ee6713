import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { useAccept } from "./accept";
import styles from "./Composer.module.css";
import type { Ticket } from "./queries";

interface Props {
  ticket: Ticket;
  mayAccept: boolean;
}

/** Why something cannot be written, or what writing does beyond the usual. */
export function ComposerHint({ ticket, mayAccept }: Props) {
  const t = useT();
  const { status, actions } = ticket;
  if (status === "new") return <NewHint ticket={ticket} mayAccept={mayAccept} />;
  if (status === "cancelled") return <p className={styles.hint}>{t("ticket.cancelled_hint")}</p>;
  if (status !== "closed") return null;
  return (
    <p className={styles.hint}>
      {t(actions.includes("follow_up") ? "ticket.closed_hint" : "ticket.closed_read_only")}
    </p>
  );
}

/** On a narrow page the step to take stands here; on a wide one among the properties. */
function NewHint({ ticket, mayAccept }: Props) {
  const t = useT();
  const accept = useAccept();
  return (
    <p className={styles.hint}>
      {t(mayAccept ? "ticket.new_hint" : "ticket.new_hint_agent")}
      {ticket.actions.includes("accept") && (
        <Button
          tone="primary"
          className={styles.acceptHere}
          busy={accept.isPending}
          onClick={() => accept.mutate(ticket)}
        >
          {t("tickets.accept")}
        </Button>
      )}
    </p>
  );
}
