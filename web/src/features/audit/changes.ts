import type { Schemas } from "@/api/client";
import type { MessageId, Translate } from "@/lib/i18n/catalogue";
import type { Formats } from "@/lib/i18n/formats";
import { fieldWords, valueWords } from "@/lib/tickets/changeWords";

const fields: Record<string, MessageId> = {
  name: "audit.field_name",
  role: "audit.field_role",
  company: "audit.field_company",
  active: "audit.field_active",
  locale: "audit.field_locale",
  time_zone: "audit.field_time_zone",
};

export function auditField(t: Translate, field: string): string {
  const known = fields[field];
  return known ? t(known) : fieldWords(t, field);
}

/** An old or new value; what has an inside of its own (business hours, targets) stands there as it is stored. */
export function auditValue(t: Translate, format: Formats, field: string, value: unknown): string {
  if (field === "role" && typeof value === "string") return t(`role.${value as Schemas["Role"]}`);
  if (typeof value === "object" && value !== null && !("name" in value)) return JSON.stringify(value);
  return valueWords(t, format, field, value);
}
