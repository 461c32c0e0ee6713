import type { StoredFile } from "@/api/upload";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { fileUrl, thumbnailUrl } from "@/lib/paths";
import styles from "./Attachments.module.css";
import { DownloadIcon, FileIcon } from "./icons";

/** Files of a message as cards: what it is, how large, and the way to it. */
export function Attachments({ files }: { files: StoredFile[] }) {
  const t = useT();
  const format = useFormat();
  if (files.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t("files.attached")}>
      {files.map((file) => (
        <li key={file.id}>
          <a href={fileUrl(file.id)} download={file.name} className={styles.card}>
            {file.thumbnail ? (
              <img src={thumbnailUrl(file.id)} alt="" loading="lazy" className={styles.picture} />
            ) : (
              <FileIcon size={20} className={styles.icon} />
            )}
            <span className={styles.words}>
              <bdi className={styles.name}>{file.name}</bdi>
              <span className={styles.size}>{format.bytes(file.size_bytes)}</span>
            </span>
            <DownloadIcon size={14} className={styles.action} />
          </a>
        </li>
      ))}
    </ul>
  );
}
