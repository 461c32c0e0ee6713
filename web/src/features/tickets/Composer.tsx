import { useNavigate } from "@tanstack/react-router";
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useState } from "react";
import { useDraft } from "@/lib/drafts/useDraft";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { mayAccept, useSession } from "@/lib/session/session";
import { useUploads } from "@/lib/uploads/useUploads";
import { toast } from "@/ui/Toast";
import { UploadList } from "@/ui/UploadList";
import styles from "./Composer.module.css";
import { ComposerFoot } from "./ComposerFoot";
import { ComposerHint } from "./ComposerHint";
import { composerOpened, onOpenComposer } from "./composing";
import { useCopies } from "./copies";
import { DraftConflict } from "./DraftConflict";
import type { Ticket } from "./queries";
import { RecipientLine } from "./RecipientLine";
import { useSend } from "./send";

export type Mode = "reply" | "note";

interface Props {
  ticket: Ticket;
  onWriting: (writing: boolean) => void;
}

/** Which modes this ticket allows now; a closed one takes a reply that opens a follow-up. */
function modesOf(ticket: Ticket): Mode[] {
  const may = (action: Ticket["actions"][number]) => ticket.actions.includes(action);
  return [
    ...(may("reply") || may("follow_up") ? (["reply"] as const) : []),
    ...(may("note") ? (["note"] as const) : []),
  ];
}

export function Composer({ ticket, onWriting }: Props) {
  const { role } = useSession();
  const modes = modesOf(ticket);
  const [wanted, setWanted] = useState<Mode>("reply");
  const mode = modes.includes(wanted) ? wanted : modes[0];
  if (!mode) return <ComposerHint ticket={ticket} mayAccept={mayAccept(role)} />;
  return (
    <Editor key={mode} ticket={ticket} mode={mode} modes={modes} onMode={setWanted} onWriting={onWriting} />
  );
}

interface EditorProps extends Props {
  mode: Mode;
  modes: Mode[];
  onMode: (mode: Mode) => void;
}

function Editor({ ticket, mode, modes, onMode, onWriting }: EditorProps) {
  const t = useT();
  const { role } = useSession();
  const navigate = useNavigate();
  const draft = useDraft(ticket.number, mode);
  const uploads = useUploads();
  const send = useSend(ticket.number);
  const recipients = useCopies(ticket);
  const isMailed = mode === "reply" && !ticket.actions.includes("follow_up");
  const [wait, setWait] = useState(true);
  const [over, setOver] = useState(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const { name } = ticket.requester;

  useEffect(() => {
    return onOpenComposer((asked) => {
      onMode(asked);
      if (asked === mode) {
        text.current?.focus();
        composerOpened();
      }
    });
  }, [mode, onMode]);

  const { body } = draft;
  useGrowing(text, body);
  const isEmpty = body.trim() === "";
  useEffect(() => onWriting(!isEmpty), [isEmpty, onWriting]);

  const isUnclear = isMailed && (recipients.wrong.cc !== null || recipients.wrong.bcc !== null);
  const blocked = isEmpty || isUnclear || uploads.busy || uploads.failed || draft.state === "conflict";
  const waits = isMailed && wait;

  function submit() {
    if (blocked || send.isPending) return;
    const message = {
      body,
      visibility: mode === "note" ? ("internal" as const) : ("public" as const),
      file_ids: uploads.fileIds,
      ...(mode === "reply" && { wait_for_customer: waits }),
      ...(isMailed && recipients.body),
    };
    send.mutate(message, {
      onSuccess: ({ ticket: answered, follow_up }) => {
        void draft.keeper.clear();
        uploads.clear();
        recipients.setCopies(null);
        if (!follow_up) return;
        toast("done", t("ticket.followed_up", { number: String(answered.number) }));
        void navigate({ to: paths.desk.ticket(answered.number) });
      },
    });
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    uploads.add(event.dataTransfer.files);
  }

  function paste(event: ClipboardEvent) {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  }

  return (
    <section
      className={styles.composer}
      data-mode={mode}
      data-over={over || undefined}
      data-filled={!isEmpty || uploads.items.length > 0 || undefined}
      aria-label={t("composer.label")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <ModeTabs modes={modes} mode={mode} onMode={onMode} />
      <ComposerHint ticket={ticket} mayAccept={mayAccept(role)} />
      {draft.state === "conflict" && <DraftConflict draft={draft} />}
      {isMailed && <RecipientLine ticket={ticket} recipients={recipients} error={send.error} />}
      <textarea
        ref={text}
        dir={isEmpty ? undefined : "auto"}
        rows={2}
        className={styles.text}
        aria-label={t(`composer.${mode}_text`, { name })}
        placeholder={t(`composer.${mode}_placeholder`, { name })}
        value={body}
        onChange={(event) => draft.keeper.write(event.target.value)}
        onPaste={paste}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      {over && <p className={styles.drop}>{t("composer.drop")}</p>}
      <UploadList uploads={uploads} />
      <ComposerFoot
        ticket={ticket}
        mode={mode}
        draft={draft}
        uploads={uploads}
        copies={isMailed ? recipients.count : 0}
        wait={wait}
        onWait={setWait}
        disabled={blocked}
        sending={send}
        onSend={submit}
      />
    </section>
  );
}

function ModeTabs({ modes, mode, onMode }: Pick<EditorProps, "modes" | "mode" | "onMode">) {
  const t = useT();
  return (
    <div role="tablist" aria-label={t("composer.modes")} className={styles.modes}>
      {modes.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === mode}
          className={styles.mode}
          data-mode={name}
          onClick={() => onMode(name)}
        >
          {t(`composer.${name}`)}
        </button>
      ))}
    </div>
  );
}

/** The field is as high as its text, up to a limit set by the stylesheet. */
function useGrowing(text: React.RefObject<HTMLTextAreaElement | null>, body: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height
  useEffect(() => {
    const element = text.current;
    if (!element) return;
    element.style.blockSize = "auto";
    // An empty one is as high as its two rows; measuring lays out the page.
    if (body === "") return;
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [body]);
}
