import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { isLost } from "@/lib/mail/EnvelopeState";
import { isStaff } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Mail.module.css";
import type { Message } from "./queries";

type Delivered = NonNullable<Message["delivery"]>[number];

/** The last answer, when somebody it was for never got it. */
export const undelivered = (messages: Message[]) => lastAnswerFor(messages, ({ state }) => isLost(state));

/** The last answer, when nobody knows whether somebody got it. */
export const undecided = (messages: Message[]) => lastAnswerFor(messages, (envelope) => envelope.undecided);

function lastAnswerFor(messages: Message[], concerns: (envelope: Delivered) => boolean) {
  const last = messages.findLast((message) => isAnswer(message) || isHeard(message));
  if (!last || !isAnswer(last)) return null;
  const recipients = (last.delivery ?? []).filter(concerns).map(({ recipient }) => recipient);
  return recipients.length > 0 ? { message: last, recipients } : null;
}

const isAnswer = ({ author, visibility }: Message) => visibility === "public" && isStaff(author.role);
/** Who writes after the answer has not lost us. */
const isHeard = ({ author, visibility }: Message) => visibility === "public" && !isStaff(author.role);

/** The one thing that must not be overlooked: the customer does not know what we said, or may not. */
export function Undelivered({ messages }: { messages: Message[] }) {
  const lost = undelivered(messages);
  const doubtful = undecided(messages);
  return (
    <>
      {lost && <Line found={lost} tone="danger" words="mail.undelivered" />}
      {doubtful && <Line found={doubtful} tone="warning" words="mail.undecided" />}
    </>
  );
}

interface LineProps {
  found: NonNullable<ReturnType<typeof lastAnswerFor>>;
  tone: "danger" | "warning";
  words: "mail.undelivered" | "mail.undecided";
}

function Line({ found, tone, words }: LineProps) {
  const t = useT();
  const format = useFormat();
  const show = () =>
    document.getElementById(`message-${found.message.id}`)?.scrollIntoView({ block: "center" });
  return (
    <div className={styles.undelivered}>
      <Notice
        tone={tone}
        action={
          <Button size="small" onClick={show}>
            {t("mail.to_answer")}
          </Button>
        }
      >
        {t(words, {
          names: format.list(found.recipients),
          count: found.recipients.length,
          time: format.exact(found.message.created_at),
        })}
      </Notice>
    </div>
  );
}
