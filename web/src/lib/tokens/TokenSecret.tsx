import { useEffect, useRef } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { DialogActions } from "@/ui/Dialog";
import styles from "./tokens.module.css";

interface Props {
  secret: string;
  onDone: () => void;
}

/** The server keeps only a hash, so this is the one moment in which the token can be seen. */
export function TokenSecret({ secret, onDone }: Props) {
  const t = useT();
  const lead = useRef<HTMLParagraphElement>(null);
  const example = `curl -H "Authorization: Bearer ${secret}" ${window.location.origin}/api/v1/token`;

  // Not on a button: the Enter that made the token, held a moment too long, would press it.
  useEffect(() => lead.current?.focus(), []);

  return (
    <div className={styles.form}>
      <p ref={lead} tabIndex={-1} className={styles.lead}>
        {t("tokens.secret_lead")}
      </p>
      <code className={styles.secret} dir="ltr">
        {secret}
      </code>
      <p className={styles.label}>{t("tokens.example")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by the keyboard. */}
      <pre className={styles.example} dir="ltr" tabIndex={0}>
        {example}
      </pre>
      <DialogActions>
        <Button onClick={onDone}>{t("tokens.kept")}</Button>
        <CopyButton text={secret} words={t("tokens.copy")} doneWords={t("tokens.copied")} />
      </DialogActions>
    </div>
  );
}
