import { Fragment } from "react";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { doerWords } from "@/lib/tickets/doer";
import { Attachments } from "@/ui/Attachments";
import { Avatar } from "@/ui/Avatar";
import { InternalIcon } from "@/ui/icons";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Conversation.module.css";
import { Delivery } from "./Delivery";
import type { Message } from "./queries";
import { splitQuoted } from "./timeline";

interface Props {
  message: Message;
  number: number;
}

/** One letter in the exchange; an internal note has another ground, a lock, and says so in a word. */
export function MessageItem({ message, number }: Props) {
  const t = useT();
  const { author, impersonator, visibility, channel, attachments } = message;
  const isInternal = visibility === "internal";
  const { written, quoted } = splitQuoted(message.body);
  return (
    <li id={`message-${message.id}`} className={styles.message} data-internal={isInternal || undefined}>
      <Avatar person={author} size={32} />
      <article>
        <header className={styles.head}>
          <bdi className={styles.author}>{doerWords(t, { actor: author, impersonator })}</bdi>
          <span className={styles.role}>
            {t(`role.${author.role}`)} · {t(`ticket.via_${channel}`)}
          </span>
          {isInternal && (
            <span className={styles.internal}>
              <InternalIcon size={12} />
              {t("ticket.internal")}
            </span>
          )}
          <RelativeTime at={message.created_at} className={styles.time} />
        </header>
        <Body text={written} />
        {quoted && (
          <details className={styles.quoted}>
            <summary aria-label={t("ticket.quoted")}>…</summary>
            <Body text={quoted} />
          </details>
        )}
        <Attachments files={attachments} />
        <Delivery message={message} number={number} />
      </article>
    </li>
  );
}

const address = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;

/** Plain text, with the addresses in it made into links. */
function Body({ text }: { text: string }) {
  const parts = text.split(address);
  return (
    <div className={styles.body} dir="auto">
      {parts.map((part, index) => {
        const key = `${index}`;
        if (index % 2 === 0) return <Fragment key={key}>{part}</Fragment>;
        return (
          <a key={key} href={part} target="_blank" rel="noopener noreferrer">
            {part}
          </a>
        );
      })}
    </div>
  );
}

/** Exact time for where a relative one says too little. */
export function ExactTime({ at }: { at: string }) {
  const format = useFormat();
  return <time dateTime={at}>{format.exact(at)}</time>;
}
