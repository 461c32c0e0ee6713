import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { messageHtmlUrl } from "@/lib/paths";
import { MessageText } from "@/lib/tickets/MessageText";
import { Button } from "@/ui/Button";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { Notice } from "@/ui/Notice";
import styles from "./Mail.module.css";
import type { Mail } from "./mailWords";
import type { Message } from "./queries";

interface Props {
  message: Message;
  mail: Mail;
  asSent: boolean;
  onAsSent: (asSent: boolean) => void;
}

/** The words first; the mail as its sender made it, in a frame of its own, for who wants it. */
export function MailView({ message, mail, asSent, onAsSent }: Props) {
  const t = useT();
  const [remote, setRemote] = useState(false);
  return (
    <>
      {asSent ? (
        <div className={styles.sent}>
          {mail.has_remote_content && !remote && (
            <Notice
              tone="info"
              action={
                <Button size="small" onClick={() => setRemote(true)}>
                  {t("mail.show_remote")}
                </Button>
              }
            >
              {t("mail.remote_blocked")}
            </Notice>
          )}
          <HtmlFrame
            title={t("mail.as_sent_by", { name: message.author.name })}
            src={messageHtmlUrl(message.id, remote)}
          />
        </div>
      ) : (
        <MessageText message={message} />
      )}
      <button type="button" className={styles.toggle} onClick={() => onAsSent(!asSent)}>
        {t(asSent ? "mail.as_text" : "mail.as_sent")}
      </button>
    </>
  );
}
