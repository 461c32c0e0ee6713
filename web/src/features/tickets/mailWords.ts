import type { Schemas } from "@/api/client";
import type { MessageId, Translate } from "@/lib/i18n/catalogue";

export type Mail = NonNullable<Schemas["Message"]["mail"]>;
type Address = Mail["from"];

/** "Amira Hassan <amira@nile.test>", or the address alone. */
export const addressWords = ({ name, address }: Address) => (name ? `${name} <${address}>` : address);

/** In a sentence of another direction it keeps its own. */
export const apart = (words: string) => `\u2068${words}\u2069`;

const warnings: Record<string, MessageId> = {
  unauthenticated_agent: "mail.warning_unauthenticated_agent",
  authentication_failed: "mail.warning_authentication_failed",
  too_large: "mail.warning_too_large",
};

/** What to know before one believes a mail, or nothing. */
export function warningWords(t: Translate, mail: Mail, author: string): string | null {
  const { warning, from, reply_to } = mail;
  if (warning === "reply_to_differs" && reply_to)
    return t("mail.warning_reply_to_differs", { address: apart(reply_to) });
  const known = warning ? warnings[warning] : undefined;
  return known ? t(known, { address: apart(from.address), name: author }) : null;
}
