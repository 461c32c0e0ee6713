import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { whyWords } from "@/lib/mail/reason";
import { paths } from "@/lib/paths";
import { useSession } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { InfoIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { Popover, PopoverTitle } from "@/ui/Popover";
import styles from "./Mail.module.css";
import { MoveMessage } from "./MoveMessage";
import type { Mail } from "./mailWords";
import type { Message } from "./queries";

interface Props {
  message: Message;
  mail: Mail;
  number: number;
}

/** Why a mail is in this ticket; and what to do when it should not be. */
export function WhyHere({ message, mail, number }: Props) {
  const t = useT();
  const { role } = useSession();
  const [moving, setMoving] = useState(false);
  return (
    <span className={styles.why}>
      <Popover
        trigger={<IconButton label={t("mail.why")} icon={<InfoIcon size={14} />} />}
        label={t("mail.why")}
        className={styles.popover}
      >
        {(close) => (
          <>
            <PopoverTitle className={styles.popoverTitle}>{t("mail.why")}</PopoverTitle>
            <p>{whyWords(t, mail.reason)}</p>
            <div className={styles.choices}>
              <Button
                size="small"
                onClick={() => {
                  close();
                  setMoving(true);
                }}
              >
                {t("mail.move")}
              </Button>
              {role === "admin" && mail.inbound_mail_id && (
                <Link
                  to={paths.desk.settings.mailLog()}
                  search={{ mail: mail.inbound_mail_id }}
                  className={styles.link}
                >
                  {t("mail.in_log")}
                </Link>
              )}
            </div>
          </>
        )}
      </Popover>
      {moving && <MoveMessage message={message} number={number} onClose={() => setMoving(false)} />}
    </span>
  );
}
