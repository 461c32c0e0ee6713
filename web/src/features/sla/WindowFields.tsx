import { useT } from "@/lib/i18n/I18nProvider";
import { IconButton } from "@/ui/IconButton";
import { CloseIcon } from "@/ui/icons";
import styles from "./WeekEditor.module.css";
import { completeTime } from "./week";
import { type Window, windowFault } from "./windows";

interface Props {
  day: string;
  window: Window;
  others: Window[];
  onChange: (window: Window) => void;
  onRemove: () => void;
}

/** Two times as text: the browser's own time field knows no 24:00. */
export function WindowFields({ day, window, others, onChange, onRemove }: Props) {
  const t = useT();
  const fault = windowFault(window, others);

  function field(end: "from" | "to") {
    return (
      <input
        className={styles.time}
        dir="ltr"
        inputMode="numeric"
        maxLength={5}
        aria-label={t(`calendar.${end}`, { day })}
        aria-invalid={fault !== null || undefined}
        value={window[end]}
        onChange={(event) => onChange({ ...window, [end]: event.target.value })}
        onBlur={(event) => onChange({ ...window, [end]: completeTime(event.target.value) })}
      />
    );
  }

  return (
    <span className={styles.window}>
      {field("from")}
      <span className={styles.dash}>–</span>
      {field("to")}
      <IconButton
        label={t("calendar.remove_window", { day, from: window.from, to: window.to })}
        icon={<CloseIcon size={14} />}
        onClick={onRemove}
      />
      {fault && (
        <span className={styles.fault} role="alert">
          {t(`calendar.fault_${fault}`)}
        </span>
      )}
    </span>
  );
}
