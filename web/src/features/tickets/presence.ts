import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { client, data, type Schemas } from "@/api/client";

export type Presence = Schemas["Presence"];
type State = Schemas["PresenceChange"]["state"];

const everyMs = 20_000;

function tell(number: number, state: State, keepalive = false): Promise<Presence[]> {
  const path = { ticket: String(number) };
  return data(
    client.POST("/api/v1/tickets/{ticket}/presence", { params: { path }, body: { state }, keepalive }),
  );
}

/** Says that I am here, or writing; answers who else is. The live stream corrects the answer in between. */
export function usePresence(ticket: { id: string; number: number }, writing: boolean): Presence[] {
  const { id, number } = ticket;
  const state: State = writing ? "writing" : "viewing";
  const said = useRef(state);
  said.current = state;
  const query = useQuery({
    queryKey: ["presence", id],
    queryFn: () => tell(number, said.current),
    refetchInterval: everyMs,
    retry: false,
  });

  const { refetch } = query;
  const first = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of state is told at once
  useEffect(() => {
    if (first.current) first.current = false;
    else void refetch();
  }, [state, refetch]);

  useEffect(() => {
    const leave = () => void tell(number, "gone", true).catch(() => undefined);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [number]);

  return query.data ?? [];
}
