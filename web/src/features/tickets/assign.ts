import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data, seen } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { adopt, anticipate, lookAgain } from "./cache";
import type { PersonSummary } from "./queries";

interface Assignment {
  ticket: { number: number; version: number };
  person: PersonSummary | null;
}

/** Hands a ticket to somebody. Shown at once; taken back with words if the server refuses. */
export function useAssign() {
  const t = useT();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ ticket, person }: Assignment) =>
      data(
        client.POST("/api/v1/tickets/{ticket}/assign", {
          params: { path: { ticket: String(ticket.number) }, header: seen(ticket.version) },
          body: { assignee_id: person?.id ?? null },
        }),
      ),
    onMutate: ({ ticket, person }) => {
      const assignee = person && { id: person.id, name: person.name, role: person.role };
      return anticipate(queries, ticket.number, { assignee });
    },
    onSuccess: (ticket) => {
      adopt(queries, ticket);
      const number = String(ticket.number);
      const name = ticket.assignee?.name;
      toast(
        "done",
        name ? t("tickets.assigned_toast", { number, name }) : t("tickets.unassigned_toast", { number }),
      );
    },
    onError: (error, { ticket }, takeBack) => {
      takeBack?.();
      void queries.invalidateQueries({ queryKey: ["ticket", ticket.number] });
      lookAgain(queries, ticket.number);
      toast("failed", t("tickets.refused", { number: String(ticket.number), reason: errorWords(t, error) }));
    },
  });
}
