import type { MessageId, Translate } from "@/lib/i18n/catalogue";
import type { Formats } from "@/lib/i18n/formats";
import { fieldWords, valueWords } from "@/lib/tickets/changeWords";
import type { TicketEvent } from "./queries";

const kinds: Record<string, MessageId> = {
  ticket_created: "event.ticket_created",
  ticket_accepted: "event.ticket_accepted",
  ticket_started: "event.ticket_started",
  ticket_waiting: "event.ticket_waiting",
  ticket_resolved: "event.ticket_resolved",
  ticket_reopened: "event.ticket_reopened",
  ticket_closed: "event.ticket_closed",
  ticket_cancelled: "event.ticket_cancelled",
  ticket_rated: "event.ticket_rated",
  message_posted: "event.message_posted",
  note_added: "event.note_added",
  sla_warned: "event.sla_warned",
  sla_breached: "event.sla_breached",
  mail_cancelled: "event.mail_cancelled",
  mail_sent_again: "event.mail_sent_again",
  mail_undelivered: "event.mail_undelivered",
  mail_uncertain: "event.mail_uncertain",
  mail_confirmed: "event.mail_confirmed",
  outgoing_mail_downloaded: "event.mail_downloaded",
};

function detailOf(event: TicketEvent, ...keys: string[]): string | undefined {
  const detail: Record<string, unknown> = event.detail ?? {};
  const found = keys.map((key) => detail[key]).find((value) => value !== undefined && value !== null);
  return found === undefined ? undefined : String(found);
}

/** What somebody did, as the end of a sentence that begins with the name. */
export function eventWords(t: Translate, format: Formats, event: TicketEvent): string {
  if (event.kind === "ticket_started" && event.actor?.role.startsWith("customer"))
    return t("event.ticket_resumed");
  const known = kinds[event.kind];
  if (known) return t(known);
  switch (event.kind) {
    case "ticket_assigned": {
      const change = event.changes.find(({ field }) => field.startsWith("assignee"));
      const name = change?.new ? valueWords(t, format, "assignee", change.new) : undefined;
      return name ? t("event.ticket_assigned", { name }) : t("event.ticket_unassigned");
    }
    case "ticket_updated":
      return t("event.ticket_updated", {
        fields: format.list(event.changes.map(({ field }) => fieldWords(t, field))),
      });
    case "file_downloaded":
      return t("event.file_downloaded", { name: detailOf(event, "name", "file_name") ?? t("event.a_file") });
    case "third_party_admitted":
      return t("event.third_party_admitted", { address: detailOf(event, "address") ?? "" });
    case "message_moved":
      return t("event.message_moved", {
        from: detailOf(event, "from_number") ?? "",
        to: detailOf(event, "to_number") ?? "",
      });
    case "follow_up_opened":
      return t("event.follow_up_opened", { number: detailOf(event, "number", "follow_up_number") ?? "" });
    default:
      return t("event.other");
  }
}
