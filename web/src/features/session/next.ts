import { homeOf, paths } from "@/lib/paths";

/** Pages that a sign-in must not lead back to: they would ask for the sign-in again, or are no page. */
const notAPage = /^\/(sign-in|welcome|api)(\/|$|\?)/;

/**
 * The path to go to after signing in, or null. Only a path of this origin is taken: `//host`, `/\host` and
 * whatever else a browser reads as another origin would make the sign-in page a stepping stone for phishing.
 */
export function validNext(next: unknown, origin = window.location.origin): string | null {
  if (typeof next !== "string" || !next.startsWith("/")) return null;
  const target = URL.canParse(next, origin) ? new URL(next, origin) : null;
  if (!target || target.origin !== origin) return null;
  const path = target.pathname + target.search + target.hash;
  return path.startsWith("//") || notAPage.test(path) ? null : path;
}

type Role = "customer" | "customer_admin" | "agent" | "manager" | "admin";

export const isStaff = (role: Role) => role === "agent" || role === "manager" || role === "admin";

/** Staff land in the desk and customers in the portal; a customer is never sent to a desk page. */
export function destination(
  role: Role | null | undefined,
  next: unknown,
  origin = window.location.origin,
): string {
  // An operator who is in no organization: only what tells how the work goes.
  if (!role) return validNext(next, origin) === paths.desk.jobs() ? paths.desk.jobs() : homeOf(role);
  const home = isStaff(role) ? "/desk" : "/portal";
  const wanted = validNext(next, origin);
  if (!wanted || wanted === "/") return home;
  return !isStaff(role) && /^\/desk(\/|$|\?)/.test(wanted) ? home : wanted;
}
