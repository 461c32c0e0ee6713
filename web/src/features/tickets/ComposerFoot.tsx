import type { UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";
import type { DraftSnapshot } from "@/lib/drafts/keeper";
import { errorWords } from "@/lib/errorWords";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { keyLabel } from "@/lib/keyboard";
import type { Uploads } from "@/lib/uploads/useUploads";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { AttachIcon } from "@/ui/icons";
import { Key } from "@/ui/Key";
import type { Mode } from "./Composer";
import styles from "./Composer.module.css";
import type { Ticket } from "./queries";

interface Props {
  ticket: Ticket;
  mode: Mode;
  draft: DraftSnapshot;
  uploads: Uploads;
  /** How many get a copy. */
  copies: number;
  wait: boolean;
  onWait: (wait: boolean) => void;
  disabled: boolean;
  sending: Pick<UseMutationResult, "isPending" | "error">;
  onSend: () => void;
}

/** Attach, where the text is, and the button that says exactly what it does. */
export function ComposerFoot({
  ticket,
  mode,
  draft,
  uploads,
  copies,
  wait,
  onWait,
  disabled,
  sending,
  onSend,
}: Props) {
  const t = useT();
  const files = useRef<HTMLInputElement>(null);
  const followUp = ticket.actions.includes("follow_up");
  const words = followUp
    ? t("composer.open_follow_up")
    : mode === "note"
      ? t("composer.save_note")
      : t("composer.send_to", { name: ticket.requester.name, count: copies });
  return (
    <>
      {sending.error !== null && (
        <p className={styles.failure} role="alert">
          {errorWords(t, sending.error)}
        </p>
      )}
      {uploads.failed && <p className={styles.failure}>{t("composer.upload_failed")}</p>}
      <footer className={styles.foot}>
        <IconButton
          label={t("composer.attach")}
          icon={<AttachIcon size={16} />}
          onClick={() => files.current?.click()}
        />
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label={t("composer.attach")}
          onChange={(event) => {
            uploads.add(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <DraftWords draft={draft} />
        {mode === "reply" && !followUp && (
          <label className={styles.wait}>
            <input type="checkbox" checked={wait} onChange={(event) => onWait(event.target.checked)} />
            {t("composer.wait")}
          </label>
        )}
        <Button
          tone={mode === "note" ? "note" : "primary"}
          disabled={disabled}
          busy={sending.isPending}
          onClick={onSend}
        >
          {words}
          <span className={styles.key}>
            <Key>{keyLabel("mod+enter")}</Key>
          </span>
        </Button>
      </footer>
    </>
  );
}

/** Where what was typed is now. */
function DraftWords({ draft }: { draft: DraftSnapshot }) {
  const t = useT();
  const format = useFormat();
  const words = {
    loading: "",
    empty: "",
    conflict: "",
    here: t("drafts.here"),
    unsaved: t("composer.unsaved"),
    saving: t("composer.saving"),
    failed: t("composer.failed"),
    saved: draft.savedAt ? t("composer.saved", { time: format.time(draft.savedAt) }) : "",
  }[draft.state];
  return (
    <span className={styles.draft} data-failed={draft.state === "failed" || undefined} aria-live="off">
      {words}
    </span>
  );
}
