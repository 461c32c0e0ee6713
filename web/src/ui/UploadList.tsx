import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import type { Upload, Uploads } from "@/lib/uploads/useUploads";
import { uploadWords } from "@/lib/uploads/words";
import { IconButton } from "./IconButton";
import { AlertIcon, CloseIcon, DoneIcon, FileIcon, RetryIcon } from "./icons";
import styles from "./UploadList.module.css";

function UploadState({ upload }: { upload: Upload }) {
  const t = useT();
  const format = useFormat();
  if (upload.error !== null) {
    return (
      <span className={styles.error} role="alert">
        {uploadWords(t, upload.error)}
      </span>
    );
  }
  if (upload.stored) return <span className={styles.quiet}>{format.bytes(upload.stored.size_bytes)}</span>;
  const percent = Math.round(upload.progress * 100);
  return (
    <span className={styles.quiet}>
      {t("files.progress", { percent, size: format.bytes(upload.file.size) })}
    </span>
  );
}

function UploadRow({ upload, uploads }: { upload: Upload; uploads: Uploads }) {
  const t = useT();
  const name = upload.file.name;
  return (
    <li className={styles.row}>
      {upload.error !== null ? (
        <AlertIcon size={16} className={styles.alert} />
      ) : upload.stored ? (
        <DoneIcon size={16} className={styles.done} />
      ) : (
        <FileIcon size={16} />
      )}
      <span className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <UploadState upload={upload} />
      </span>
      {upload.error !== null && (
        <IconButton
          label={t("files.retry", { name })}
          icon={<RetryIcon size={16} />}
          onClick={() => uploads.retry(upload.key)}
        />
      )}
      <IconButton
        label={t("files.remove", { name })}
        icon={<CloseIcon size={16} />}
        onClick={() => uploads.remove(upload.key)}
      />
      {!upload.stored && upload.error === null && (
        <progress className={styles.bar} value={upload.progress} max={1} aria-label={name} />
      )}
    </li>
  );
}

/** The files of the message being written. */
export function UploadList({ uploads }: { uploads: Uploads }) {
  if (uploads.items.length === 0) return null;
  return (
    <ul className={styles.list}>
      {uploads.items.map((upload) => (
        <UploadRow key={upload.key} upload={upload} uploads={uploads} />
      ))}
    </ul>
  );
}
