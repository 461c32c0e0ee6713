import { useQuery, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { obstacle } from "@/lib/passkeys/authenticator";

/** What the account has beside its password. */
export interface Factors {
  state: Schemas["SecondFactor"];
  passkeys: Schemas["Passkeys"];
}

/** Whether there is anything to be asked for beside the password, and whether a passkey can be asked for here. */
export function secondOf({ state, passkeys }: Factors) {
  const works = passkeys.passkeys.some(
    ({ domain, suspected_at }) => domain === passkeys.domain && !suspected_at,
  );
  return {
    any: state.enrolled_at != null || passkeys.passkeys.length > 0,
    program: state.enrolled_at != null,
    passkey: works && obstacle() === null && passkeys.origin === window.location.origin,
  };
}

export function useFactors() {
  const state = useQuery({
    queryKey: ["second-factor"],
    queryFn: () => data(client.GET("/api/v1/profile/second-factor")),
  });
  const passkeys = useQuery({
    queryKey: ["passkeys"],
    queryFn: () => data(client.GET("/api/v1/profile/passkeys")),
  });
  const error = state.error ?? passkeys.error;
  const factors = state.data && passkeys.data && { state: state.data, passkeys: passkeys.data };
  const retry = () => void Promise.all([state.refetch(), passkeys.refetch()]);
  return { factors, error, retry };
}

export function useFactorsChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      ["second-factor", "passkeys", "sessions"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    );
}
