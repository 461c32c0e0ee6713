import type { Schemas } from "@/api/client";

type Message = Pick<Schemas["Message"], "body" | "mail">;

export interface Piece {
  text: string;
  /** A quotation or a signature: there, and out of the way. */
  folded: boolean;
}

/** The whole text in pieces, in order: what is folded is never left out. */
export function piecesOf({ body, mail }: Message): Piece[] {
  if (!mail) {
    const { written, quoted } = splitQuoted(body);
    return quoted ? [open(written), folded(quoted)] : [open(body)];
  }
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start_utf16: start, end_utf16: end } of inOrder(mail.folded, body.length)) {
    if (start < at) continue;
    pieces.push(open(body.slice(at, start)), folded(body.slice(start, end)));
    at = end;
  }
  pieces.push(open(body.slice(at)));
  const found = joined(pieces.filter(({ text }) => text !== ""));
  // Somebody who sent nothing but a quotation meant the quotation.
  return found.some((piece) => !piece.folded && piece.text.trim() !== "") ? found : [open(body)];
}

const open = (text: string): Piece => ({ text, folded: false });
const folded = (text: string): Piece => ({ text, folded: true });

type Range = NonNullable<Message["mail"]>["folded"][number];

function inOrder(ranges: Range[], length: number): Range[] {
  return ranges
    .filter(({ start_utf16: start, end_utf16: end }) => start < end && end <= length)
    .sort((a, b) => a.start_utf16 - b.start_utf16);
}

/** A signature and the quotation below it are one thing to unfold, not two. */
function joined(pieces: Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last?.folded && (piece.folded || piece.text.trim() === "")) last.text += piece.text;
    else found.push({ ...piece });
  }
  return found;
}

/** Splits the quoted tail of a message ("> …" lines) from what its author wrote. */
export function splitQuoted(body: string): { written: string; quoted: string } {
  const lines = body.split("\n");
  let start = lines.length;
  while (start > 0 && /^(>|\s*$)/.test(lines[start - 1] ?? "")) start--;
  const quoted = lines.slice(start).join("\n").trim();
  if (!quoted || start === 0) return { written: body, quoted: "" };
  return { written: lines.slice(0, start).join("\n").trimEnd(), quoted };
}
