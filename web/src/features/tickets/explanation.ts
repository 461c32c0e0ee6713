import type { Schemas } from "@/api/client";
import type { Translate } from "@/lib/i18n/catalogue";
import type { Formats } from "@/lib/i18n/formats";

type Clock = Schemas["Clock"];
/** `last_day` is set where one step stands for several days in a row. */
type Step = Clock["explanation"]["steps"][number] & { last_day?: string | null };

const shownSteps = 3;

function stepWords(t: Translate, format: Formats, step: Step): string {
  const first = format.calendarDay(step.day);
  return t("clock.step", {
    duration: format.longDuration(step.business_ms),
    day: step.last_day ? `${first} – ${format.calendarDay(step.last_day)}` : first,
    from: format.clockTime(step.from),
    to: format.clockTime(step.to),
  });
}

/** The first days and the last one; what lies between is counted. */
function stepsWords(t: Translate, format: Formats, steps: Step[]): string {
  if (steps.length <= shownSteps) return format.list(steps.map((step) => stepWords(t, format, step)));
  const first = steps.slice(0, shownSteps - 1);
  const between = steps.slice(shownSteps - 1, -1);
  const more = t("clock.more_days", {
    count: between.length,
    duration: format.longDuration(between.reduce((total, step) => total + step.business_ms, 0)),
  });
  const last = steps.slice(-1);
  return format.list([
    ...first.map((step) => stepWords(t, format, step)),
    more,
    ...last.map((step) => stepWords(t, format, step)),
  ]);
}

/** Why a deadline is when it is, in the reader's language. */
export function explain(t: Translate, format: Formats, clock: Clock): string {
  const target = format.longDuration(clock.target_minutes * 60_000);
  const used = format.longDuration(clock.business_elapsed_ms);
  if (clock.state === "met" || clock.state === "missed") return t("clock.explain_met", { used, target });
  if (clock.state === "paused" || !clock.due_at) return t("clock.explain_paused", { used, target });
  return t("clock.explain", {
    target,
    start: format.exact(clock.started_at),
    steps: stepsWords(t, format, clock.explanation.steps),
    due: format.exact(clock.due_at),
  });
}
