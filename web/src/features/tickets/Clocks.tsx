import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { dueOf } from "@/lib/tickets/due";
import { useNow } from "@/lib/useNow";
import { SegmentBar } from "@/ui/SegmentBar";
import { barOf } from "./clockBar";
import { explain } from "./explanation";
import styles from "./Properties.module.css";
import type { Ticket } from "./queries";

type Clock = Schemas["Clock"];
const order: Clock["metric"][] = ["first_response", "next_response", "resolution"];

/** Each clock: what is left, how the time was spent, and why the deadline is when it is. */
export function Clocks({ ticket }: { ticket: Ticket }) {
  const t = useT();
  const clocks = (ticket.sla ?? []).toSorted((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric));
  if (clocks.length === 0 && ticket.status !== "new") return null;
  return (
    <section className={styles.block}>
      <h2 className={styles.blockTitle}>{t("clock.title")}</h2>
      {clocks.length === 0 && <p className={styles.small}>{t("clock.none")}</p>}
      {clocks.map((clock) => (
        <ClockView key={clock.id} clock={clock} />
      ))}
    </section>
  );
}

function ClockView({ clock }: { clock: Clock }) {
  const t = useT();
  const format = useFormat();
  const due = dueOf(clock, useNow(), t, format);
  const isOpen = clock.due_at != null && !clock.stopped_at;
  const { policy_name, calendar_name, time_zone } = clock.explanation;
  return (
    <div className={styles.clock}>
      <div className={styles.clockHead}>
        <h3>{t(`clock.${clock.metric}`)}</h3>
        <span className={styles.due} data-tone={due.tone}>
          {due.words}
        </span>
      </div>
      <SegmentBar segments={barOf(clock)} />
      {isOpen ? (
        <details className={styles.why} open={clock.state !== "running"}>
          <summary>
            {format.exact(clock.due_at ?? "")} · {t("clock.why")}
          </summary>
          <p>{explain(t, format, clock)}</p>
          <p>{t("clock.calendar", { policy: policy_name, calendar: calendar_name, zone: time_zone })}</p>
        </details>
      ) : (
        <p className={styles.small}>{explain(t, format, clock)}</p>
      )}
    </div>
  );
}
