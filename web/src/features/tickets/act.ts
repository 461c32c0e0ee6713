import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { adopt } from "./cache";
import type { Ticket } from "./queries";

/** The steps of a ticket's life that need nothing but the will; resolve and cancel ask for words. */
export type Step = "accept" | "start" | "wait" | "reopen" | "close";

const at = (number: number) => ({ params: { path: { ticket: String(number) } } });

const steps: Record<Step, (number: number) => Promise<Ticket>> = {
  accept: (number) => data(client.POST("/api/v1/tickets/{ticket}/accept", at(number))),
  start: (number) => data(client.POST("/api/v1/tickets/{ticket}/start", at(number))),
  wait: (number) => data(client.POST("/api/v1/tickets/{ticket}/wait", at(number))),
  reopen: (number) => data(client.POST("/api/v1/tickets/{ticket}/reopen", at(number))),
  close: (number) => data(client.POST("/api/v1/tickets/{ticket}/close", at(number))),
};

function useStep<T>(number: number, send: (what: T) => Promise<Ticket>, sayFailure: boolean) {
  const t = useT();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (ticket) => adopt(queries, ticket),
    onError: (error) => {
      // The page may be behind: fetch what the ticket has become meanwhile.
      void queries.invalidateQueries({ queryKey: ["ticket", number] });
      if (sayFailure)
        toast("failed", t("tickets.refused", { number: String(number), reason: errorWords(t, error) }));
    },
  });
}

export function useTakeStep(number: number) {
  return useStep(number, (step: Step) => steps[step](number), true);
}

/** The dialogs say their failures themselves, at the field. */
export function useResolve(number: number) {
  return useStep(
    number,
    (body: Schemas["Resolution"]) =>
      data(client.POST("/api/v1/tickets/{ticket}/resolve", { ...at(number), body })),
    false,
  );
}

export function useCancel(number: number) {
  return useStep(
    number,
    (body: Schemas["Cancellation"]) =>
      data(client.POST("/api/v1/tickets/{ticket}/cancel", { ...at(number), body })),
    false,
  );
}
