import { useEffect, useRef } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/Toast";
import styles from "./ProfilePage.module.css";

interface Props {
  codes: string[];
  lead: string;
  onDone: () => void;
}

/** The one time that the codes can be seen. */
export function RecoveryCodes({ codes, lead, onDone }: Props) {
  const t = useT();
  const text = codes.join("\n");
  const title = useRef<HTMLHeadingElement>(null);

  // Not on a button: the Enter that confirmed the code, held a moment too long, would press it.
  useEffect(() => title.current?.focus(), []);

  async function copy() {
    await navigator.clipboard.writeText(text);
    toast("done", t("profile.recovery_copied"));
  }

  function save() {
    const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = "atum-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(address);
  }

  return (
    <section className={styles.form} aria-labelledby="recovery-codes">
      <h3 id="recovery-codes" ref={title} tabIndex={-1}>
        {t("profile.recovery_title")}
      </h3>
      <p className={styles.lead}>{lead}</p>
      <ol className={styles.codes} dir="ltr">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className={styles.actions}>
        <Button tone="primary" onClick={onDone}>
          {t("profile.recovery_done")}
        </Button>
        {/* Browsers give the clipboard to pages over TLS and on the own machine only. */}
        {window.isSecureContext && <Button onClick={() => void copy()}>{t("profile.recovery_copy")}</Button>}
        <Button onClick={save}>{t("profile.recovery_download")}</Button>
      </div>
    </section>
  );
}
