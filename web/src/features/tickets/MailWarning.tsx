import { type ReactNode, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Mail.module.css";
import { useAdmit } from "./mailActs";
import { addressWords, apart, type Mail, warningWords } from "./mailWords";
import type { Message } from "./queries";

/** What to know before one believes it. */
export function MailWarning({ mail, author }: { mail: Mail; author: string }) {
  const t = useT();
  const words = warningWords(t, mail, author);
  if (!words) return null;
  return (
    <div className={styles.warning}>
      <Notice tone="warning">{words}</Notice>
    </div>
  );
}

interface ThirdPartyProps {
  message: Message;
  mail: Mail;
  number: number;
  children: ReactNode;
}

/** Somebody with a token and no part in the ticket: what they wrote changed nothing and lies folded. */
export function ThirdParty({ message, mail, number, children }: ThirdPartyProps) {
  const t = useT();
  const [shown, setShown] = useState(false);
  const admit = useAdmit(number, message.id);
  return (
    <div className={styles.thirdParty}>
      <p>{t("mail.third_party", { from: apart(addressWords(mail.from)) })}</p>
      {shown && <div className={styles.their}>{children}</div>}
      <div className={styles.choices}>
        <Button size="small" aria-expanded={shown} onClick={() => setShown(!shown)}>
          {t(shown ? "mail.hide" : "mail.read")}
        </Button>
        <Button size="small" busy={admit.isPending} onClick={() => admit.mutate()}>
          {t("mail.admit")}
        </Button>
      </div>
    </div>
  );
}
