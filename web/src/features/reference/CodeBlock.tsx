import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { CheckIcon, CopyIcon } from "@/ui/icons";
import styles from "./ReferencePage.module.css";

/** Code runs from left to right in every language. */
export function CodeBlock({ label, code }: { label: string; code: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  return (
    <figure className={styles.block}>
      <figcaption className={styles.caption}>
        {label}
        {navigator.clipboard && (
          <Button
            size="small"
            tone="quiet"
            icon={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
            onClick={() => void navigator.clipboard.writeText(code).then(() => setCopied(true))}
          >
            <span aria-live="polite">{t(copied ? "reference.copied" : "reference.copy")}</span>
          </Button>
        )}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={styles.code} dir="ltr" tabIndex={0}>
        {code}
      </pre>
    </figure>
  );
}
