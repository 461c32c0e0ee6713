import { queryOptions, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { expiry } from "@/api/expiry";
import { ProblemError } from "@/api/problem";

/** Whoever is signed in: a member of an organization, or an operator of the installation who is in none. */
export type AnySession = Schemas["Session"];
type OfMember = "person" | "organization" | "role";
/** A member's, with whom they are there. */
export type Session = Omit<AnySession, OfMember> & { [Field in OfMember]-?: NonNullable<AnySession[Field]> };
export type Role = Schemas["Role"];

export function isMember(session: AnySession): session is Session {
  return session.person != null && session.organization != null && session.role != null;
}

/** null is somebody who is not signed in. */
async function fetchSession(): Promise<AnySession | null> {
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
export function useMaybeSession(): AnySession | null {
  return useQuery(sessionQuery).data ?? null;
}

/** Whoever is signed in, on the pages that an operator sees too. */
export function useAnySession(): AnySession {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (!session) throw new Error("useAnySession is for pages behind the sign-in");
  return session;
}

/** The session below the portal's and the desk's route guards, where there always is a member's. */
export function useSession(): Session {
  const session = useAnySession();
  if (!isMember(session)) throw new Error("useSession is for members of an organization");
  return session;
}

export function useAdoptSession() {
  const queries = useQueryClient();
  return (session: AnySession) => {
    expiry.setSignedIn(true);
    queries.setQueryData(sessionQuery.queryKey, session);
  };
}

export async function signIn(email: string, password: string): Promise<AnySession> {
  return data(client.POST("/api/v1/session", { body: { email, password } }));
}

/** The right password was given, and the account has a second factor. */
export const needsSecondFactor = (error: unknown) =>
  error instanceof ProblemError && error.key === "second-factor-needed";

export async function giveSecondFactor(code: string): Promise<AnySession> {
  return data(client.POST("/api/v1/session/second-factor", { body: { code } }));
}

/** A full load of the landing page follows: nothing of the last person stays in memory. */
export async function signOut(landing: string) {
  expiry.setSignedIn(false);
  await client.DELETE("/api/v1/session").catch(() => undefined);
  window.location.assign(landing);
}

/** A full load follows: no list or ticket of the other organization may stay in memory. */
export async function switchOrganization(
  organization_id: string,
  homeOf: (role: Role | null | undefined) => string,
) {
  const session = await data(client.PUT("/api/v1/session/organization", { body: { organization_id } }));
  window.location.assign(homeOf(session.role));
}

/** Sees how the work goes: all of it, or the own organization's. */
export function mayMonitor(session: AnySession): boolean {
  return session.operator || session.role === "admin";
}

export function isStaff(role: Role): boolean {
  return role === "agent" || role === "manager" || role === "admin";
}

export function mayAccept(role: Role): boolean {
  return role === "manager" || role === "admin";
}
