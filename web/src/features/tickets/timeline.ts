import type { Message, PersonSummary, TicketEvent } from "./queries";

export interface EventGroup {
  type: "events";
  id: string;
  actor: PersonSummary | null;
  /** The admin who acted as the actor. */
  impersonator: PersonSummary | null;
  at: string;
  events: TicketEvent[];
}

export type TimelineEntry = { type: "message"; id: string; at: string; message: Message } | EventGroup;

/** Shown as messages already, or of no interest in a conversation; the history has them all. */
const silent = new Set(["ticket_created", "message_posted", "note_added", "file_downloaded", "draft_saved"]);

function isSameActor(first: EventGroup, second: EventGroup) {
  return first.actor?.id === second.actor?.id && first.impersonator?.id === second.impersonator?.id;
}

/** Messages and steps in one order of time; steps in a row by the same person are one line. */
export function timelineOf(messages: Message[], events: TicketEvent[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...messages.map(
      (message): TimelineEntry => ({ type: "message", id: message.id, at: message.created_at, message }),
    ),
    ...events
      .filter((event) => !silent.has(event.kind))
      .map(
        (event): TimelineEntry => ({
          type: "events",
          id: event.id,
          actor: event.actor ?? null,
          impersonator: event.impersonator ?? null,
          at: event.at,
          events: [event],
        }),
      ),
  ];
  entries.sort((a, b) => new Date(a.at).getTime() - new Date(b.at).getTime());
  return entries.reduce<TimelineEntry[]>((grouped, entry) => {
    const last = grouped.at(-1);
    if (entry.type === "events" && last?.type === "events" && isSameActor(last, entry)) {
      grouped[grouped.length - 1] = { ...last, at: entry.at, events: [...last.events, ...entry.events] };
    } else {
      grouped.push(entry);
    }
    return grouped;
  }, []);
}
