import { useSyncExternalStore } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { IconButton } from "./IconButton";
import { AlertIcon, CloseIcon, DoneIcon } from "./icons";
import styles from "./Toast.module.css";

interface Toast {
  id: number;
  tone: "done" | "failed";
  words: string;
  action?: { label: string; run: () => void };
}

let toasts: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

function dismiss(id: number) {
  set(toasts.filter((toast) => toast.id !== id));
}

/** For what happened elsewhere; an error of a field stands at the field. Failures stay until read. */
export function toast(tone: Toast["tone"], words: string, action?: Toast["action"]) {
  const id = nextId++;
  set([...toasts.slice(-2), { id, tone, words, action }]);
  if (tone === "done") setTimeout(() => dismiss(id), action ? 8000 : 4000);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const t = useT();
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {shown.map((item) => (
        <div key={item.id} className={styles.toast} data-tone={item.tone}>
          {item.tone === "done" ? <DoneIcon size={16} /> : <AlertIcon size={16} />}
          <span className={styles.words}>{item.words}</span>
          {item.action && (
            <button
              type="button"
              className={styles.action}
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </button>
          )}
          <IconButton
            label={t("common.close")}
            icon={<CloseIcon size={14} />}
            onClick={() => dismiss(item.id)}
          />
        </div>
      ))}
    </div>
  );
}
