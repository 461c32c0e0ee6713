import { useCallback, useEffect, useRef, useState } from "react";
import { type StoredFile, uploadFile } from "@/api/upload";

export interface Upload {
  key: string;
  file: File;
  /** 0 to 1. */
  progress: number;
  stored: StoredFile | null;
  error: unknown;
}

export interface Uploads {
  items: Upload[];
  add: (files: Iterable<File>) => void;
  remove: (key: string) => void;
  retry: (key: string) => void;
  clear: () => void;
  /** What to send with the message; only what has arrived. */
  fileIds: string[];
  /** Bytes are still on their way: sending now would leave a file behind. */
  busy: boolean;
  failed: boolean;
}

/** The files of one message while it is being written: each goes up at once and can be stopped or tried again. */
export function useUploads(): Uploads {
  const [items, setItems] = useState<Upload[]>([]);
  const running = useRef(new Map<string, AbortController>());

  useEffect(() => {
    const controllers = running.current;
    return () => {
      for (const controller of controllers.values()) controller.abort();
    };
  }, []);

  const change = useCallback((key: string, part: Partial<Upload>) => {
    setItems((before) => before.map((item) => (item.key === key ? { ...item, ...part } : item)));
  }, []);

  const start = useCallback(
    (key: string, file: File) => {
      const controller = new AbortController();
      running.current.set(key, controller);
      const onProgress = (progress: number) => change(key, { progress });
      uploadFile(file, { onProgress, signal: controller.signal })
        .then((stored) => change(key, { stored, progress: 1 }))
        .catch((error: unknown) => change(key, { error }))
        .finally(() => running.current.delete(key));
    },
    [change],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const fresh = [...files].map((file) => ({
        key: crypto.randomUUID(),
        file,
        progress: 0,
        stored: null,
        error: null,
      }));
      setItems((before) => [...before, ...fresh]);
      for (const { key, file } of fresh) start(key, file);
    },
    [start],
  );

  const remove = useCallback((key: string) => {
    running.current.get(key)?.abort();
    setItems((before) => before.filter((item) => item.key !== key));
  }, []);

  const retry = (key: string) => {
    const item = items.find((candidate) => candidate.key === key);
    if (!item) return;
    change(key, { error: null, progress: 0 });
    start(key, item.file);
  };

  const clear = useCallback(() => setItems([]), []);
  const fileIds = items.flatMap(({ stored }) => (stored ? [stored.id] : []));
  const failed = items.some(({ error }) => error !== null);
  const busy = items.some(({ stored, error }) => stored === null && error === null);
  return { items, add, remove, retry, clear, fileIds, busy, failed };
}
