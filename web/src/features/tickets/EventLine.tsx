import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { doerWords } from "@/lib/tickets/doer";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Conversation.module.css";
import { eventWords } from "./eventWords";
import type { EventGroup } from "./timeline";

const alarming = ["sla_breached", "sla_warned"];

/** "Mona accepted · assigned to Omar": steps in a row by one person in one faint line. */
export function EventLine({ group }: { group: EventGroup }) {
  const t = useT();
  const format = useFormat();
  const what = group.events.map((event) => eventWords(t, format, event));
  const alarm = group.events.some(({ kind }) => alarming.includes(kind));
  return (
    <li className={styles.event} data-alarm={alarm || undefined}>
      <span className={styles.what}>
        {t("event.line", { actor: doerWords(t, group), what: what.join(" · ") })}
      </span>
      <RelativeTime at={group.at} className={styles.when} />
    </li>
  );
}
