import { useEffect, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { DialogActions } from "@/ui/Dialog";
import { CheckIcon, CopyIcon } from "@/ui/icons";
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
        <Copy text={secret} />
      </DialogActions>
    </div>
  );
}

function Copy({ text }: { text: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  // Plain HTTP inside a network has no clipboard; the secret above is selected by one click instead.
  if (!navigator.clipboard) return null;
  return (
    <Button
      tone="primary"
      icon={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <span aria-live="polite">{t(copied ? "tokens.copied" : "tokens.copy")}</span>
    </Button>
  );
}
