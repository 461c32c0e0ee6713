import { expect, test } from "vitest";
import type { Message, TicketEvent } from "./queries";
import { timelineOf } from "./timeline";

const mona = { id: "m", name: "Mona", role: "manager" as const };
const omar = { id: "o", name: "Omar", role: "agent" as const };

function event(
  id: string,
  minute: number,
  actor: typeof mona | typeof omar | null,
  kind = "ticket_assigned",
): TicketEvent {
  return {
    id,
    kind,
    at: `2026-11-20T10:${minute}:00Z`,
    actor,
    ip: null,
    changes: [],
    message_id: null,
    detail: {},
  };
}

function message(id: string, minute: number): Message {
  const at = `2026-11-20T10:${minute}:00Z`;
  return {
    id,
    visibility: "public",
    author: omar,
    body: "…",
    channel: "desk",
    created_at: at,
    attachments: [],
  };
}

function outline(messages: Message[], events: TicketEvent[]) {
  return timelineOf(messages, events)
    .map((entry) => (entry.type === "message" ? entry.id : `(${entry.events.map(({ id }) => id).join("")})`))
    .join(" ");
}

test("steps in a row by the same person are one line", () => {
  expect(outline([], [event("1", 10, mona), event("2", 11, mona), event("3", 12, omar)])).toBe("(12) (3)");
});

test("a message in between keeps them apart", () => {
  expect(outline([message("A", 11)], [event("1", 10, mona), event("2", 12, mona)])).toBe("(1) A (2)");
});

test("what the messages say already is not said again", () => {
  const events = [event("1", 10, omar, "ticket_created"), event("2", 11, omar, "message_posted")];
  expect(outline([message("A", 11)], events)).toBe("A");
});

test("the system is an actor of its own", () => {
  expect(outline([], [event("1", 10, null, "sla_warned"), event("2", 11, mona)])).toBe("(1) (2)");
});
