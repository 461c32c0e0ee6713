import { useT } from "@/lib/i18n/I18nProvider";
import { mayAccept, useSession } from "@/lib/session/session";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { AssignIcon, CheckIcon, TakeIcon } from "@/ui/icons";
import { useAccept } from "./accept";
import { useAssign } from "./assign";

const assignable = ["accepted", "in_progress", "waiting_customer"];

/** What can be done without opening the ticket. */
export function RowActions({ ticket, onAssign }: { ticket: TicketSummary; onAssign: () => void }) {
  const t = useT();
  const { role, person } = useSession();
  const accept = useAccept();
  const assign = useAssign();
  if (ticket.status === "new") {
    if (!mayAccept(role)) return null;
    return (
      <Button
        size="small"
        tone="primary"
        icon={<CheckIcon size={14} />}
        busy={accept.isPending}
        onClick={() => accept.mutate(ticket)}
      >
        {t("tickets.accept")}
      </Button>
    );
  }
  if (!assignable.includes(ticket.status)) return null;
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
