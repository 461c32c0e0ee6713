import type { MessageId, Translate } from "@/lib/i18n/catalogue";
import type { Formats } from "@/lib/i18n/formats";
import { type Priority, priorityWords } from "@/ui/PriorityGlyph";
import { type Status, statusWords } from "@/ui/StatusGlyph";

const fields: Record<string, MessageId> = {
  status: "ticket.field_status",
  assignee: "ticket.field_assignee",
  assignee_id: "ticket.field_assignee",
  priority: "ticket.field_priority",
  subject: "ticket.field_subject",
  resolution: "ticket.field_resolution",
  root_cause: "ticket.field_root_cause",
  cancel_reason: "ticket.field_cancel_reason",
  reason: "ticket.field_cancel_reason",
  score: "ticket.field_score",
  comment: "ticket.field_comment",
  body: "ticket.field_body",
  due_at: "ticket.field_due_at",
};

export function fieldWords(t: Translate, field: string): string {
  const id = fields[field];
  return id ? t(id) : field;
}

const instant = /^\d{4}-\d\d-\d\dT/;

/** An old or new value, as its field is read on the page. */
export function valueWords(t: Translate, format: Formats, field: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return t("ticket.empty_value");
  if (typeof value === "object" && "name" in value) return String(value.name);
  const text = String(value);
  if (field === "status" && text in statusWords) return t(statusWords[text as Status]);
  if (field === "priority" && text in priorityWords) return t(priorityWords[text as Priority]);
  return instant.test(text) ? format.exact(text) : text;
}
