import { useEffect, useRef } from "react";
import type { Schemas } from "@/api/client";
import { suggestsPasskeys } from "./authenticator";
import { signInByPasskey } from "./signIn";

/**
 * Offers passkeys among what the e-mail field suggests, as long as the page is open. Nobody asked for anything yet, so
 * nothing is said where it fails. Gives what ends the offer: a browser asks for one passkey at a time.
 */
export function useSuggestedPasskey(offered: boolean, onSignedIn: (session: Schemas["Session"]) => void) {
  const enter = useRef(onSignedIn);
  enter.current = onSignedIn;
  const offer = useRef<AbortController | null>(null);

  useEffect(() => {
    if (!offered) return;
    const abort = new AbortController();
    offer.current = abort;
    void (async () => {
      if (!(await suggestsPasskeys()) || abort.signal.aborted) return;
      const session = await signInByPasskey({ mediation: "conditional", signal: abort.signal });
      if (!abort.signal.aborted) enter.current(session);
    })().catch(() => undefined);
    return () => abort.abort();
  }, [offered]);

  return () => offer.current?.abort();
}
