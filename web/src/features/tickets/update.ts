import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, data, type Schemas, seen } from "@/api/client";
import { type Conflict, ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { adopt, anticipate } from "./cache";
import { type Ticket, ticketQuery } from "./queries";

type Change = Schemas["TicketChange"];

export interface Clash {
  change: Change;
  conflicts: Conflict[];
}

/** Changes a field. When somebody else changed it meanwhile, `clash` holds both values until one is chosen. */
export function useUpdateTicket(number: number) {
  const t = useT();
  const queries = useQueryClient();
  const [clash, setClash] = useState<Clash | null>(null);
  const update = useMutation({
    mutationFn: ({ change, version }: { change: Change; version: number }) =>
      data(
        client.PATCH("/api/v1/tickets/{ticket}", {
          params: { path: { ticket: String(number) }, header: seen(version) },
          body: change,
        }),
      ),
    onMutate: ({ change: { subject, priority } }) =>
      anticipate(queries, number, { ...(subject && { subject }), ...(priority && { priority }) }),
    onSuccess: (ticket) => adopt(queries, ticket),
    onError: (error, { change }, takeBack) => {
      takeBack?.();
      void queries.invalidateQueries({ queryKey: ["ticket", number] });
      if (error instanceof ProblemError && error.conflicts.length > 0) {
        setClash({ change, conflicts: error.conflicts });
      } else {
        toast("failed", t("tickets.refused", { number: String(number), reason: errorWords(t, error) }));
      }
    },
  });

  /** The same change again, on top of what the ticket is now. */
  async function insist() {
    if (!clash) return;
    const now: Ticket = await queries.fetchQuery({ ...ticketQuery(number), staleTime: 0 });
    setClash(null);
    update.mutate({ change: clash.change, version: now.version });
  }

  return { update, clash, insist, giveIn: () => setClash(null) };
}
