import type { Schemas } from "@/api/client";
import type { BarSegment } from "@/ui/SegmentBar";

type Clock = Schemas["Clock"];

const tones: Partial<Record<Clock["state"], BarSegment["tone"]>> = {
  warning: "warning",
  breached: "breached",
  missed: "breached",
  met: "met",
};

/** A pause has no length in business time, so that it is a notch of this share between two stretches. */
const notch = 0.04;

/** The bar is the target: stretches of used time between pauses, then what is left of it. */
export function barOf(clock: Clock): BarSegment[] {
  const whole = Math.max(clock.target_minutes * 60_000, clock.business_elapsed_ms, 1);
  const tone = tones[clock.state] ?? "used";
  const bar: BarSegment[] = [];
  let from = 0;
  for (const segment of clock.segments) {
    if (segment.cause !== "pause") continue;
    const until = segment.business_ms ?? from;
    if (until > from) bar.push({ key: `used-${segment.at}`, share: (until - from) / whole, tone });
    bar.push({ key: `paused-${segment.at}`, share: notch, tone: "paused" });
    from = until;
  }
  const rest = clock.business_elapsed_ms - from;
  // What was answered at once still shows that it was answered.
  if (rest > 0 || clock.stopped_at) bar.push({ key: "used", share: Math.max(rest / whole, notch), tone });
  const left = whole - clock.business_elapsed_ms;
  if (left > 0) bar.push({ key: "left", share: left / whole, tone: "left" });
  return bar;
}
