import { useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import styles from "./Conversation.module.css";
import type { Presence } from "./presence";

/** Who else has this ticket open, right where one is about to write. */
export function PresenceLine({ present }: { present: Presence[] }) {
  const t = useT();
  return (
    <div className={styles.presence} role="status">
      {present.map(({ person, state }) => (
        <span key={person.id} className={styles.person} data-writing={state === "writing" || undefined}>
          <Avatar person={person} size={20} />
          {t(`ticket.${state}`, { name: person.name })}
        </span>
      ))}
    </div>
  );
}
