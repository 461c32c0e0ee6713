import type { Schemas } from "@/api/client";

export const views = ["inbox", "mine", "unassigned", "all"] as const;
export type View = (typeof views)[number];

/** What stands in the address: every value a string, absent when it does not narrow. */
export interface Filters {
  status?: string;
  assignee?: string;
  priority?: string;
  sla?: string;
  q?: string;
  requester?: string;
  company?: string;
  sort?: string;
}

export const statuses: Schemas["Status"][] = [
  "new",
  "accepted",
  "in_progress",
  "waiting_customer",
  "resolved",
  "closed",
  "cancelled",
];
export const deadlines = ["breached", "warning", "due_today"] as const;
export const sorts = ["updated", "created", "due"] as const;
const prioritiesKnown = ["low", "normal", "high", "urgent"];
const uuid = /^[0-9a-f-]{36}$/i;

function knownOf(value: unknown, known: readonly string[]): string | undefined {
  const chosen = String(value ?? "")
    .split(",")
    .filter((item) => known.includes(item));
  return chosen.length > 0 ? chosen.join(",") : undefined;
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

/** Reads the address; what it does not understand it leaves out, so that an old link still opens a list. */
export function filtersOf(search: Record<string, unknown>): Filters {
  const found: Filters = {
    status: knownOf(search.status, ["open", ...statuses]),
    assignee: matching(search.assignee, /^(me|none)$/) ?? matching(search.assignee, uuid),
    priority: knownOf(search.priority, prioritiesKnown),
    sla: matching(search.sla, /^(breached|warning|due_today)$/),
    q: typeof search.q === "string" && search.q.trim() ? search.q : undefined,
    requester: matching(search.requester, uuid),
    company: matching(search.company, uuid),
    sort: matching(search.sort, /^(updated|created|due)$/),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

export function viewOf(value: unknown): View {
  return views.find((view) => view === value) ?? "all";
}

/** What a view fixes by itself; the filters in the address narrow it further. */
const presets: Record<View, Filters> = {
  inbox: {},
  mine: { assignee: "me", status: "open", sort: "due" },
  unassigned: { assignee: "none", status: "accepted,in_progress,waiting_customer" },
  all: {},
};

export function queryOf(view: View, filters: Filters): Filters {
  return {
    ...presets[view],
    ...filters,
    ...(presets[view].assignee && { assignee: presets[view].assignee }),
  };
}

/** Adds a value to a comma-separated filter or takes it away. */
export function toggled(list: string | undefined, value: string): string | undefined {
  const before = list?.split(",").filter(Boolean) ?? [];
  const after = before.includes(value) ? before.filter((item) => item !== value) : [...before, value];
  return after.length > 0 ? after.join(",") : undefined;
}

/** The sort order is no narrowing. */
export function isNarrowed({ sort: _, ...rest }: Filters): boolean {
  return Object.keys(rest).length > 0;
}
