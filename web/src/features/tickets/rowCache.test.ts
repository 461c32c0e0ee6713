import { expect, test } from "vitest";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { type Rows, rowsOf, settleRows } from "./rowCache";

/** Row 30 was changed after row 20: numbers fall as in a list by last change. */
function row(number: number, change: Partial<TicketSummary> = {}): TicketSummary {
  const at = `2026-11-20T10:00:${number}Z`;
  return { number, id: `t${number}`, version: 1, created_at: at, updated_at: at, ...change } as TicketSummary;
}

const loaded = (next: string | null = null): Rows => ({
  pages: [
    { items: [row(30), row(29)], next_cursor: "c" },
    { items: [row(28), row(27)], next_cursor: next },
  ],
  pageParams: [undefined, "c"],
});
const numbers = (rows: Rows) => rowsOf(rows).map(({ number }) => number);

test("a changed row changes where it stands; other pages stay the same objects", () => {
  const before = loaded();
  const changed = row(28, { version: 2, subject: "Renamed", updated_at: "2026-11-20T11:00:00Z" });
  const { rows, strangers } = settleRows(before, [28], [changed], "updated");
  expect(rowsOf(rows)[2]?.subject).toBe("Renamed");
  expect(numbers(rows)).toEqual([30, 29, 28, 27]);
  expect(rows.pages[0]).toBe(before.pages[0]);
  expect(strangers).toEqual([]);
});

test("a row that does not match any more leaves", () => {
  expect(numbers(settleRows(loaded(), [29, 28], [row(28)], "updated").rows)).toEqual([30, 28, 27]);
});

test("an answer that was overtaken does not bring an old version back", () => {
  const newer = settleRows(loaded(), [30], [row(30, { version: 5, subject: "New" })], "updated").rows;
  const late = settleRows(newer, [30], [row(30, { version: 4, subject: "Old" })], "updated").rows;
  expect(rowsOf(late)[0]).toMatchObject({ version: 5, subject: "New" });
});

test("what arrives is told, not put in", () => {
  const { rows, strangers } = settleRows(loaded(), [31], [row(31)], "updated");
  expect(numbers(rows)).toEqual([30, 29, 28, 27]);
  expect(strangers.map(({ number }) => number)).toEqual([31]);
});

test("what belongs below the loaded rows is met by scrolling, unless there is nothing below", () => {
  expect(settleRows(loaded("more"), [12], [row(12)], "updated").strangers).toEqual([]);
  expect(settleRows(loaded(null), [12], [row(12)], "updated").strangers).toHaveLength(1);
  const due = row(12, {
    sla: { metric: "resolution", state: "running", due_at: "2026-11-20T09:00:00Z" } as never,
  });
  expect(settleRows(loaded("more"), [12], [due], "due").strangers).toHaveLength(1);
});

test("a row that two pages hold is shown once, where it was met first", () => {
  const rows = loaded();
  rows.pages[1]?.items.push(row(30, { subject: "Again" }));
  expect(numbers(rows)).toEqual([30, 29, 28, 27]);
});
