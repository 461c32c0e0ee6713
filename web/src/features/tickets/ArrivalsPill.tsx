import { useT } from "@/lib/i18n/I18nProvider";
import styles from "./ArrivalsPill.module.css";

/** "3 new": the list moves only when the reader asks. */
export function ArrivalsPill({ count, onShow }: { count: number; onShow: () => void }) {
  const t = useT();
  return (
    <div className={styles.place} role="status">
      {count > 0 && (
        <button type="button" className={styles.pill} onClick={onShow}>
          {t("tickets.arrivals", { count })}
        </button>
      )}
    </div>
  );
}
