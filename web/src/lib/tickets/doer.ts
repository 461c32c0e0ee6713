import type { Schemas } from "@/api/client";
import type { Translate } from "@/lib/i18n/catalogue";

type Person = Schemas["PersonSummary"] | null | undefined;

/** "Ana", or "Ana (by Max)" where an admin acted as her. */
export function doerWords(t: Translate, { actor, impersonator }: { actor?: Person; impersonator?: Person }) {
  const name = actor?.name ?? t("ticket.system");
  return impersonator
    ? t("impersonation.doer", { name: apart(name), impersonator: apart(impersonator.name) })
    : name;
}

/** Each name in its own direction, whatever stands between the two (first strong isolate). */
const apart = (name: string) => `\u2068${name}\u2069`;
