import { useT } from "@/lib/i18n/I18nProvider";
import { useConnected } from "@/lib/live";
import { OfflineIcon } from "@/ui/icons";
import styles from "./ConnectionBar.module.css";

/** Thin, in words, and only while the live stream is down. */
export function ConnectionBar() {
  const t = useT();
  const connected = useConnected();
  return (
    <div role="status" className={styles.place}>
      {!connected && (
        <p className={styles.bar}>
          <OfflineIcon size={14} />
          {t("live.lost")}
        </p>
      )}
    </div>
  );
}
