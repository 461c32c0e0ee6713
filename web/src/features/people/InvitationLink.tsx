import { useState } from "react";
import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { DialogActions } from "@/ui/Dialog";
import { CheckIcon, CopyIcon } from "@/ui/icons";
import styles from "./PeoplePage.module.css";

interface Props {
  invited: Schemas["InvitedPerson"];
  onDone: () => void;
}

/** The server keeps only a hash of the link, so this is the one moment in which it can be seen. */
export function InvitationLink({ invited, onDone }: Props) {
  const t = useT();
  const format = useFormat();
  const { person, invitation_url: url, expires_at: until } = invited;
  if (!url) {
    return (
      <div className={styles.link}>
        <p>{t("people.link_none", { name: person.name })}</p>
        <DialogActions>
          <Button tone="primary" onClick={onDone}>
            {t("people.done")}
          </Button>
        </DialogActions>
      </div>
    );
  }
  return (
    <div className={styles.link}>
      <p>{t("people.link_for", { name: person.name, until: until ? format.exact(until) : "" })}</p>
      <code className={styles.url} dir="ltr">
        {url}
      </code>
      <DialogActions>
        <Button onClick={onDone}>{t("people.done")}</Button>
        <CopyButton text={url} />
      </DialogActions>
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  // Plain HTTP inside a network has no clipboard; the link above is selected by one click instead.
  if (!navigator.clipboard) return null;
  return (
    <Button
      tone="primary"
      icon={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <span aria-live="polite">{t(copied ? "people.copied" : "people.copy")}</span>
    </Button>
  );
}
