import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import type { EnvelopeStateName } from "@/lib/mail/EnvelopeState";
import { toast } from "@/ui/Toast";

export type OutgoingMail = Schemas["OutgoingMail"];
export type OutgoingMailDetail = OutgoingMail & { headers: string[][]; text: string; html?: string | null };
export type Envelope = OutgoingMail["envelopes"][number];

/** States move by themselves: so does what is shown of them. */
export const outboxQuery = (state: EnvelopeStateName | undefined) =>
  infiniteQueryOptions({
    queryKey: ["outbox", state ?? ""],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: 50, ...(state && { state }), ...(pageParam && { cursor: pageParam }) };
      return data(client.GET("/api/v1/outbox", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 10_000,
  });

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: ["outbox", "mail", id],
    queryFn: () => data(client.GET("/api/v1/outbox/{id}", { params: { path: { id } } })),
  });

const at = (id: string) => ({ params: { path: { id } } });

/** Stops a mail that has not left yet. */
export function useUndo(id: string) {
  return useDoing(
    () => data(client.POST("/api/v1/outbox/{id}/undo", at(id))) as Promise<unknown>,
    "outbox.undone",
  );
}

export function useSendAgain(envelope: string) {
  return useDoing(
    () => data(client.POST("/api/v1/outbox/envelopes/{id}/send-again", at(envelope))) as Promise<unknown>,
    "outbox.sent_again",
  );
}

/** Somebody knows that it arrived. */
export function useConfirm(envelope: string) {
  return useDoing(
    () => data(client.POST("/api/v1/outbox/envelopes/{id}/confirm", at(envelope))) as Promise<unknown>,
    "outbox.confirmed",
  );
}

type Done = "outbox.undone" | "outbox.sent_again" | "outbox.confirmed";

function useDoing(act: () => Promise<unknown>, done: Done) {
  const t = useT();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () => toast("done", t(done)),
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["outbox"] }),
  });
}
