import type { QueryClient } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { homeOf, paths } from "@/lib/paths";
import {
  type AnySession,
  isMember,
  isStaff,
  mayAccept,
  mayMonitor,
  type Session,
  sessionQuery,
} from "@/lib/session/session";

interface Visit {
  context: { queries: QueryClient };
  location: { href: string; pathname: string };
}

async function sessionOf({ context, location }: Visit): Promise<AnySession> {
  const session = await context.queries.ensureQueryData(sessionQuery);
  if (!session) throw redirect({ to: paths.signIn(), search: { next: location.href } as never });
  // The server refuses everything else too; this only leads to the page where it can be mended.
  if (session.second_factor_missing) {
    throw redirect({ to: paths.secondFactor(), search: { next: location.href } as never });
  }
  return session;
}

/** For who has to set up a second factor, and for nobody else. */
export async function withoutSecondFactor({ context }: Visit) {
  const session = await context.queries.ensureQueryData(sessionQuery);
  if (!session) throw redirect({ to: paths.signIn() });
  if (!session.second_factor_missing) throw redirect({ to: homeOf(session.role) });
}

/** An operator who is in no organization belongs elsewhere, whatever page of one was asked for. */
async function memberOf(visit: Visit): Promise<Session> {
  const session = await sessionOf(visit);
  if (!isMember(session)) throw redirect({ to: homeOf(session.role) });
  return session;
}

/** The desk is for staff; an operator sees in it how the work goes, and nothing else. */
export async function staffOnly(visit: Visit) {
  const session = await sessionOf(visit);
  if (isMember(session) && isStaff(session.role)) return;
  const operators: string[] = [paths.desk.monitoring(), paths.desk.jobs()];
  if (session.operator && operators.includes(visit.location.pathname)) return;
  throw redirect({ to: homeOf(session.role) });
}

/** How the work goes: operators, and admins for their own organization. */
export async function monitorsOnly(visit: Visit) {
  const session = await sessionOf(visit);
  if (!mayMonitor(session)) throw redirect({ to: homeOf(session.role) });
}

export async function customersOnly(visit: Visit) {
  const session = await memberOf(visit);
  if (isStaff(session.role)) throw redirect({ to: paths.desk.dashboard() });
}

/** What concerns everybody's tickets, and the mail that leaves for them. */
export async function managersOnly(visit: Visit) {
  const session = await memberOf(visit);
  if (!mayAccept(session.role)) throw redirect({ to: homeOf(session.role) });
}

/** Settings of the organization; the own profile is everybody's. */
export async function adminsOnly(visit: Visit) {
  const session = await memberOf(visit);
  if (session.role !== "admin") throw redirect({ to: paths.desk.settings.profile() });
}

export async function toFirstSetting(visit: Visit) {
  await adminsOnly(visit);
  throw redirect({ to: paths.desk.settings.people() });
}
