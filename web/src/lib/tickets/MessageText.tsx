import { Fragment } from "react";
import type { Schemas } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { piecesOf } from "./folded";
import styles from "./MessageText.module.css";

/** What somebody wrote; quotations and signatures lie folded behind "…". */
export function MessageText({ message }: { message: Pick<Schemas["Message"], "body" | "mail"> }) {
  const t = useT();
  return piecesOf(message).map(({ text, folded }, index) => {
    const key = `${index}`;
    if (!folded) return <Text key={key} text={text.trimEnd()} />;
    return (
      <details key={key} className={styles.folded}>
        <summary aria-label={t("ticket.quoted")}>…</summary>
        <Text text={text.trimEnd()} />
      </details>
    );
  });
}

const address = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/g;

/** Plain text, with the addresses in it made into links. */
function Text({ text }: { text: string }) {
  const parts = text.split(address);
  return (
    <div className={styles.text} dir="auto">
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
