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

/** Lets a third party in: what they wrote is part of the ticket, and so are their next mails. */
export function useAdmit(number: number, message: string) {
  const t = useT();
  const again = useTicketAgain(number);
  return useMutation({
    mutationFn: () => data(client.POST("/api/v1/messages/{id}/admit", at(message))) as Promise<unknown>,
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: again,
  });
}

/** Puts a mail into another ticket, or with null into a new one. */
export function useMove(number: number, message: string) {
  const again = useTicketAgain(number);
  return useMutation({
    mutationFn: (ticket_number: number | null) =>
      data(client.POST("/api/v1/messages/{id}/move", { ...at(message), body: { ticket_number } })),
    onSuccess: again,
  });
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

/** What becomes of a mail of which nobody knows whether it arrived. */
export function useDecide(number: number, envelope: string) {
  const t = useT();
  const again = useTicketAgain(number);
  return useMutation({
    mutationFn: (arrived: boolean) =>
      (arrived
        ? data(client.POST("/api/v1/outbox/envelopes/{id}/confirm", at(envelope)))
        : data(client.POST("/api/v1/outbox/envelopes/{id}/send-again", at(envelope)))) as Promise<unknown>,
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: again,
  });
}
