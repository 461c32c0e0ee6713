import { type DragEvent, useRef, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import type { Uploads } from "@/lib/uploads/useUploads";
import { Button } from "./Button";
import styles from "./FileDrop.module.css";
import { CameraIcon, UploadIcon } from "./icons";

/** A field to drop files on; a phone shows its camera and its files instead. */
export function FileDrop({ uploads }: { uploads: Uploads }) {
  const t = useT();
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);

  function take(input: HTMLInputElement) {
    uploads.add(input.files ?? []);
    // The same file can be chosen again after it was removed.
    input.value = "";
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    uploads.add(event.dataTransfer.files);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the buttons inside do the same
    <div
      className={styles.field}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p className={styles.lead}>{t("files.drop")}</p>
      <Button icon={<UploadIcon size={16} />} onClick={() => files.current?.click()}>
        {t("files.choose")}
      </Button>
      <Button
        className={styles.camera}
        icon={<CameraIcon size={16} />}
        onClick={() => camera.current?.click()}
      >
        {t("files.photo")}
      </Button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={t("files.choose")}
        onChange={(event) => take(event.target)}
      />
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        aria-label={t("files.photo")}
        onChange={(event) => take(event.target)}
      />
    </div>
  );
}
