import { useState } from "react";
import type { Ticket } from "./queries";

/** Who gets a copy, as it is typed. */
export interface Copies {
  cc: string;
  bcc: string;
}

/** "Amira <amira@nile.test>, omar@nile.test" → the addresses, and what is none. */
export function addressesIn(text: string): { addresses: string[]; wrong: string | null } {
  const parts = text.split(/[,;\n]/).map((part) => part.trim());
  const read = parts
    .filter(Boolean)
    .map((part) => ({ part, address: /^(?:.*<)?\s*([^\s<>@]+@[^\s<>@]+)\s*>?$/.exec(part)?.[1] }));
  const wrong = read.find(({ address }) => address === undefined)?.part ?? null;
  const addresses = read.flatMap(({ address }) => address ?? []);
  return { addresses: [...new Set(addresses)], wrong };
}

/** Whoever takes part gets a copy, until the writer decides otherwise. */
export function useCopies(ticket: Ticket) {
  const part = (ticket.participants ?? []).filter(({ kind }) => kind === "cc" || kind === "admitted");
  const usual: Copies = { cc: part.map(({ address }) => address).join(", "), bcc: "" };
  const [typed, setTyped] = useState<Copies | null>(null);
  const copies = typed ?? usual;
  const cc = addressesIn(copies.cc);
  const bcc = addressesIn(copies.bcc);
  return {
    copies,
    setCopies: (next: Copies | null) => setTyped(next),
    wrong: { cc: cc.wrong, bcc: bcc.wrong },
    count: cc.addresses.length + bcc.addresses.length,
    /** What is sent: named where somebody has a copy or had one, so that nobody gets one by surprise. */
    body: {
      ...((cc.addresses.length > 0 || usual.cc !== "") && { cc: cc.addresses }),
      ...(bcc.addresses.length > 0 && { bcc: bcc.addresses }),
    },
  };
}
