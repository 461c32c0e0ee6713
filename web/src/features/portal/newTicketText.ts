import { useState } from "react";
import { randomKey } from "@/api/key";
import type { Priority } from "@/ui/PriorityGlyph";

export interface NewTicketText {
  subject: string;
  description: string;
  priority: Priority;
  /** Names this very text to the server: sending it twice makes one ticket, changing it makes another. */
  key: string;
}

const storageKey = (owner: string) => `atum.new-ticket.${owner}`;

function stored(owner: string): Partial<NewTicketText> {
  try {
    return JSON.parse(localStorage.getItem(storageKey(owner)) ?? "{}") as Partial<NewTicketText>;
  } catch {
    return {};
  }
}

/**
 * The text of a ticket that does not exist yet, so there is nothing on the server to keep a draft with:
 * it stays in this browser until it is sent, through reloads and ended sessions.
 */
export function useNewTicketText(owner: string, subject = "") {
  const blank = () => ({ subject, description: "", priority: "normal" as Priority, key: randomKey() });
  const [text, setText] = useState<NewTicketText>(() => {
    const kept = stored(owner);
    return { ...blank(), ...kept, subject: kept.subject || subject };
  });

  function change(part: Partial<Omit<NewTicketText, "key">>) {
    const next = { ...text, ...part, key: randomKey() };
    localStorage.setItem(storageKey(owner), JSON.stringify(next));
    setText(next);
  }

  function discard() {
    localStorage.removeItem(storageKey(owner));
    setText({ ...blank(), subject: "" });
  }

  return { text, change, discard };
}
