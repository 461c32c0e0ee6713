import { useId, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { doerWords } from "@/lib/tickets/doer";
import { MessageText } from "@/lib/tickets/MessageText";
import { Attachments } from "@/ui/Attachments";
import { Avatar } from "@/ui/Avatar";
import { InternalIcon } from "@/ui/icons";
import { RelativeTime } from "@/ui/RelativeTime";
import styles from "./Conversation.module.css";
import { Delivery } from "./Delivery";
import { InvitationCard } from "./InvitationCard";
import { MailHead } from "./MailHead";
import { MailView } from "./MailView";
import { MailWarning, ThirdParty } from "./MailWarning";
import type { Message } from "./queries";
import { WhyHere } from "./WhyHere";

interface Props {
  message: Message;
  number: number;
}

interface Props {
  message: Message;
  number: number;
}

/** One letter in the exchange; an internal note has another ground, a lock, and says so in a word. */
export function MessageItem({ message, number }: Props) {
  const t = useT();
  const { author, impersonator, visibility, channel, mail } = message;
  const isThirdParty = mail?.third_party ?? false;
  const isInternal = visibility === "internal" && !isThirdParty;
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
          {mail && <WhyHere message={message} mail={mail} number={number} />}
        </header>
        {mail && <MailHead mail={mail} />}
        {mail && isThirdParty ? (
          <ThirdParty message={message} mail={mail} number={number}>
            <Contents message={message} />
          </ThirdParty>
        ) : (
          <Contents message={message} />
        )}
        <Delivery message={message} number={number} />
      </article>
    </li>
  );
}

function Contents({ message }: { message: Message }) {
  const { mail } = message;
  const [asSent, setAsSent] = useState(false);
  const id = useId();
  return (
    <>
      {mail && <MailWarning mail={mail} author={message.author.name} />}
      <div id={id}>
        {mail?.has_html ? (
          <MailView message={message} mail={mail} asSent={asSent} onAsSent={setAsSent} />
        ) : (
          <MessageText message={message} />
        )}
      </div>
      {mail?.invitation && <InvitationCard invitation={mail.invitation} />}
      <Attachments files={message.attachments} />
    </>
  );
}
