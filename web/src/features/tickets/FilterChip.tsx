import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { CloseIcon, OpenIcon } from "@/ui/icons";
import { Menu, MenuItem } from "@/ui/Menu";
import styles from "./FilterBar.module.css";

interface Props {
  label: string;
  value: string | undefined;
  options: { value: string; label: string }[];
  several?: boolean;
  onToggle?: (value: string) => void;
  onClear: () => void;
}

/** "Status: New and Accepted ×": the button opens the choices, the cross takes the filter away. */
export function FilterChip({ label, value, options, several, onToggle, onClear }: Props) {
  const t = useT();
  const format = useFormat();
  const chosen = value?.split(",") ?? [];
  const names = options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  return (
    <span className={styles.chip} data-on={value !== undefined || undefined}>
      <Menu
        label={label}
        trigger={
          <button type="button" className={styles.open}>
            {label}
            {names.length > 0 && <strong className={styles.value}>{format.list(names)}</strong>}
            {value === undefined && <OpenIcon size={12} />}
          </button>
        }
      >
        {options.map((option) => (
          <MenuItem
            key={option.value}
            chosen={chosen.includes(option.value)}
            keepOpen={several}
            onSelect={() => onToggle?.(option.value)}
          >
            {option.label}
          </MenuItem>
        ))}
      </Menu>
      {value !== undefined && (
        <button
          type="button"
          className={styles.remove}
          aria-label={t("tickets.remove_filter", { name: label })}
          onClick={onClear}
        >
          <CloseIcon size={12} />
        </button>
      )}
    </span>
  );
}
