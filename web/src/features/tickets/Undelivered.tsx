import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { isLost } from "@/lib/mail/EnvelopeState";
import { isStaff } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Mail.module.css";
import type { Message } from "./queries";

/** The last answer, when somebody it was for never got it. */
export function undelivered(messages: Message[]) {
  const last = messages.findLast((message) => isAnswer(message) || isHeard(message));
  if (!last || !isAnswer(last)) return null;
  const lost = (last.delivery ?? []).filter(({ state }) => isLost(state));
  return lost.length > 0 ? { message: last, recipients: lost.map(({ recipient }) => recipient) } : null;
}

const isAnswer = ({ author, visibility }: Message) => visibility === "public" && isStaff(author.role);
/** Who writes after the answer has not lost us. */
const isHeard = ({ author, visibility }: Message) => visibility === "public" && !isStaff(author.role);

/** The one thing that must not be overlooked: the customer does not know what we said. */
export function Undelivered({ messages }: { messages: Message[] }) {
  const t = useT();
  const format = useFormat();
  const found = undelivered(messages);
  if (!found) return null;
  const show = () =>
    document.getElementById(`message-${found.message.id}`)?.scrollIntoView({ block: "center" });
  return (
    <div className={styles.undelivered}>
      <Notice
        tone="danger"
        action={
          <Button size="small" onClick={show}>
            {t("mail.to_answer")}
          </Button>
        }
      >
        {t("mail.undelivered", {
          names: format.list(found.recipients),
          count: found.recipients.length,
          time: format.exact(found.message.created_at),
        })}
      </Notice>
    </div>
  );
}
