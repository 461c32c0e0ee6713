import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useSession } from "@/lib/session/session";
import { DraftKeeper, type DraftKind } from "./keeper";

/** The draft of the person who is signed in, on one ticket. `write` with every key, `clear` after sending. */
export function useDraft(ticket: number, kind: DraftKind) {
  const { person, impersonation } = useSession();
  const acting = impersonation != null;
  const owner = acting ? `${impersonation.impersonator.id}.as.${person.id}` : person.id;
  const keeper = useMemo(
    () => new DraftKeeper(String(ticket), kind, owner, acting),
    [ticket, kind, owner, acting],
  );
  const snapshot = useSyncExternalStore(keeper.subscribe, keeper.read);

  useEffect(() => {
    const flush = () => keeper.flush();
    void keeper.load();
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      keeper.flush();
    };
  }, [keeper]);

  return { ...snapshot, keeper };
}
