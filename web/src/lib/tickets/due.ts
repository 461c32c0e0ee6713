import type { Schemas } from "@/api/client";
import type { Translate } from "@/lib/i18n/catalogue";
import type { Formats } from "@/lib/i18n/formats";

type State = Schemas["ClockState"];

export interface Due {
  words: string;
  tone: "plain" | "warning" | "danger" | "good";
}

const ended: Partial<Record<State, Due["tone"]>> = { met: "good", missed: "danger", cancelled: "plain" };

/** A deadline in words: the clock on the wall decides, the server's state colours. */
export function dueOf(
  clock: { state: State; due_at?: string | null },
  now: number,
  t: Translate,
  format: Formats,
): Due {
  const tone = ended[clock.state];
  if (tone) return { words: t(`clock.${clock.state as "met" | "missed" | "cancelled"}`), tone };
  if (clock.state === "paused" || !clock.due_at) return { words: t("clock.paused"), tone: "plain" };
  const left = new Date(clock.due_at).getTime() - now;
  if (left < 0) return { words: t("clock.overdue", { duration: format.duration(-left) }), tone: "danger" };
  const words = t("clock.due_in", { duration: format.duration(left) });
  return { words, tone: clock.state === "warning" ? "warning" : "plain" };
}
