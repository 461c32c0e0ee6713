import type { MessageId, Translate } from "@/lib/i18n/catalogue";

const kinds: Record<string, MessageId> = {
  reply: "outbox.kind_reply",
  staff_replied: "outbox.kind_staff_replied",
  ticket_received: "outbox.kind_ticket_received",
  ticket_resolved: "outbox.kind_ticket_resolved",
  invitation: "outbox.kind_invitation",
  password_reset: "outbox.kind_password_reset",
  staff_notification: "outbox.kind_staff_notification",
  digest: "outbox.kind_digest",
};

/** Why a mail was written. */
export function mailKindWords(t: Translate, kind: string): string {
  return t(kinds[kind] ?? "outbox.kind_other");
}
