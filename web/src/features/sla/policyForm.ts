import type { Schemas } from "@/api/client";
import type { Priority } from "@/ui/PriorityGlyph";
import { formatDuration, parseDuration } from "./duration";
import type { Shape } from "./merge";
import type { Policy } from "./queries";

export const metrics = ["first_response", "next_response", "resolution"] as const;
export type Metric = (typeof metrics)[number];

/** The most urgent promise first: it is the one that is looked for. */
export const promised: Priority[] = ["urgent", "high", "normal", "low"];

/** Everything as it is typed; minutes only come into being when it is sent. */
export interface PolicyForm {
  name: string;
  calendar_id: string;
  warn_percent: string;
  targets: Record<string, string>;
}

export const cellKey = (priority: Priority, metric: Metric) => `${priority}.${metric}`;

export function policyForm(policy: Policy): PolicyForm {
  const cells = policy.targets.flatMap((target) =>
    metrics.map(
      (metric) => [cellKey(target.priority, metric), formatDuration(target[`${metric}_minutes`])] as const,
    ),
  );
  const { name, calendar_id, warn_percent } = policy;
  return { name, calendar_id, warn_percent: String(warn_percent), targets: Object.fromEntries(cells) };
}

export const policyShape: Shape<PolicyForm> = {
  flatten: ({ targets, ...rest }) => ({ ...rest, ...targets }),
  take(form, other, key) {
    if (key in form.targets)
      return { ...form, targets: { ...form.targets, [key]: other.targets[key] ?? "" } };
    return { ...form, [key]: other[key as "name"] };
  },
};

/** The warning's percentage, or null when it is none. */
export function percentage(text: string): number | null {
  return /^[1-9]\d?$/.test(text.trim()) ? Number(text) : null;
}

/** What is sent, or null while a field holds no duration or percentage. */
export function policyChange(form: PolicyForm, dayMinutes: number): Schemas["PolicyChange"] | null {
  const minutes = (priority: Priority, metric: Metric) =>
    parseDuration(form.targets[cellKey(priority, metric)] ?? "", dayMinutes) ?? Number.NaN;
  const targets = promised.map((priority) => ({
    priority,
    first_response_minutes: minutes(priority, "first_response"),
    next_response_minutes: minutes(priority, "next_response"),
    resolution_minutes: minutes(priority, "resolution"),
  }));
  const warn_percent = percentage(form.warn_percent);
  const complete = targets.every((target) => metrics.every((metric) => target[`${metric}_minutes`] > 0));
  if (warn_percent === null || !complete) return null;
  return { name: form.name, calendar_id: form.calendar_id, warn_percent, targets };
}
