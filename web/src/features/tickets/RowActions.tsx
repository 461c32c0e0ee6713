import { useT } from "@/lib/i18n/I18nProvider";
import { mayAccept, useSession } from "@/lib/session/session";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { AssignIcon, CheckIcon, TakeIcon } from "@/ui/icons";
import { useAccept } from "./accept";
import { useAssign } from "./assign";

/** Only what was accepted and is not over has somebody who works on it. */
export function isAssignable({ status }: TicketSummary): boolean {
  return status === "accepted" || status === "in_progress" || status === "waiting_customer";
}

/** What can be done without opening the ticket. */
export function RowActions({ ticket, onAssign }: { ticket: TicketSummary; onAssign: () => void }) {
  const t = useT();
  const { person } = useSession();
  const assign = useAssign();
  return (
    <>
      {ticket.assignee?.id !== person.id && (
        <IconButton
          label={t("tickets.assign_me")}
          shortcut="i"
          icon={<TakeIcon size={16} />}
          onClick={() => assign.mutate({ ticket, person })}
        />
      )}
      <IconButton
        label={t("tickets.assign")}
        shortcut="a"
        icon={<AssignIcon size={16} />}
        onClick={onAssign}
      />
    </>
  );
}

/** New tickets have no deadline yet; in its place stands the one thing to do with them. */
export function AcceptAction({ ticket }: { ticket: TicketSummary }) {
  const t = useT();
  const { role } = useSession();
  const accept = useAccept();
  if (ticket.status !== "new" || !mayAccept(role)) return null;
  return (
    <Button
      size="small"
      icon={<CheckIcon size={14} />}
      busy={accept.isPending}
      aria-label={`${t("tickets.accept")}: ${ticket.subject}`}
      onClick={() => accept.mutate(ticket)}
    >
      {t("tickets.accept")}
    </Button>
  );
}
