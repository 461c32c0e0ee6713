import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { lookAgain } from "./cache";

const at = (id: string) => ({ params: { path: { id } } });

/** The ticket and its messages are asked for again: where a mail belongs changes both. */
function useTicketAgain(number: number) {
  const queries = useQueryClient();
  return async () => {
    lookAgain(queries, number);
    await queries.invalidateQueries({ queryKey: ["ticket", number] });
  };
}

/** Takes back a mail that has not left yet; the message stays in the ticket. */
export function useTakeBack(number: number) {
  const t = useT();
  const again = useTicketAgain(number);
  return useMutation({
    mutationFn: (mail: string) => data(client.POST("/api/v1/outbox/{id}/undo", at(mail))) as Promise<unknown>,
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: again,
  });
}
