import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { DialogActions } from "@/ui/Dialog";
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
        <CopyButton text={url} words={t("people.copy")} doneWords={t("people.copied")} />
      </DialogActions>
    </div>
  );
}
