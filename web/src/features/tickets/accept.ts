import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { adopt, lookAgain } from "./cache";

/** Takes a new ticket in; its clocks start on the server. */
export function useAccept() {
  const t = useT();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ number }: { number: number }) =>
      data(client.POST("/api/v1/tickets/{ticket}/accept", { params: { path: { ticket: String(number) } } })),
    onSuccess: (ticket) => {
      adopt(queries, ticket);
      toast("done", t("tickets.accepted_toast", { number: String(ticket.number) }));
    },
    onError: (error, { number }) => {
      lookAgain(queries, number);
      void queries.invalidateQueries({ queryKey: ["ticket", number] });
      toast("failed", t("tickets.refused", { number: String(number), reason: errorWords(t, error) }));
    },
  });
}
