import { queryOptions, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { expiry } from "@/api/expiry";
import { ProblemError } from "@/api/problem";

export type Session = Schemas["Session"];
export type Role = Schemas["Role"];

/** null is somebody who is not signed in. */
async function fetchSession(): Promise<Session | null> {
  try {
    const session = await data(client.GET("/api/v1/session"));
    expiry.setSignedIn(true);
    return session;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: fetchSession,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The session, or null for an anonymous visitor; for public pages. */
export function useMaybeSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** The session below the portal's and the desk's route guards, where there always is one. */
export function useSession(): Session {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (!session) throw new Error("useSession is for pages behind the sign-in");
  return session;
}

export function useAdoptSession() {
  const queries = useQueryClient();
  return (session: Session) => {
    expiry.setSignedIn(true);
    queries.setQueryData(sessionQuery.queryKey, session);
  };
}

export async function signIn(email: string, password: string): Promise<Session> {
  return data(client.POST("/api/v1/session", { body: { email, password } }));
}

/** The right password was given, and the account has a second factor. */
export const needsSecondFactor = (error: unknown) =>
  error instanceof ProblemError && error.key === "second-factor-needed";

export async function giveSecondFactor(code: string): Promise<Session> {
  return data(client.POST("/api/v1/session/second-factor", { body: { code } }));
}

/** A full load of the landing page follows: nothing of the last person stays in memory. */
export async function signOut(landing: string) {
  expiry.setSignedIn(false);
  await client.DELETE("/api/v1/session").catch(() => undefined);
  window.location.assign(landing);
}

/** A full load follows: no list or ticket of the other organization may stay in memory. */
export async function switchOrganization(organization_id: string, homeOf: (role: Role) => string) {
  const session = await data(client.PUT("/api/v1/session/organization", { body: { organization_id } }));
  window.location.assign(homeOf(session.role));
}

export function isStaff(role: Role): boolean {
  return role === "agent" || role === "manager" || role === "admin";
}

export function mayAccept(role: Role): boolean {
  return role === "manager" || role === "admin";
}
