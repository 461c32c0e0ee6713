import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { isStaff, useSession } from "@/lib/session/session";
import { doerWords } from "@/lib/tickets/doer";
import { MessageText } from "@/lib/tickets/MessageText";
import { Attachments } from "@/ui/Attachments";
import { Avatar } from "@/ui/Avatar";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Letters.module.css";

type Message = Schemas["Message"];

function Letter({ message }: { message: Message }) {
  const t = useT();
  const session = useSession();
  const { author, impersonator } = message;
  const isMine = author.id === session.person.id && !impersonator;
  return (
    <li className={styles.letter} data-ours={isStaff(author.role) || undefined}>
      <header className={styles.header}>
        <Avatar person={author} size={32} />
        <bdi className={styles.name}>
          {isMine ? t("portal.you") : doerWords(t, { actor: author, impersonator })}
        </bdi>
        {isStaff(author.role) && <bdi className={styles.house}>{session.organization.name}</bdi>}
        <RelativeTime at={message.created_at} className={styles.time} />
      </header>
      <div className={styles.body}>
        <MessageText message={message} />
      </div>
      <Attachments files={message.attachments} />
    </li>
  );
}

/** The exchange as letters, oldest first; a new one is read aloud and pushes nothing that is being read. */
export function Letters({ messages, label }: { messages: Message[]; label: string }) {
  return (
    <section aria-label={label}>
      <ol className={styles.list} aria-live="polite">
        {messages.map((message) => (
          <Letter key={message.id} message={message} />
        ))}
      </ol>
    </section>
  );
}
