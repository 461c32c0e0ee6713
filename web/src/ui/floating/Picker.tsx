import * as Ariakit from "@ariakit/react";
import { keyLabel } from "@/lib/keyboard";
import { CheckIcon } from "../icons";
import { Key } from "../Key";
import type { Choice, PickerProps } from "../Picker";
import styles from "../Picker.module.css";
import { isPress } from "./Dialog";

/** Type, arrow, Enter: the palette and every "choose one of many" are this. The caller filters by `text`. */
export function Picker({ open, onClose, label, placeholder, text, setText, groups, empty }: PickerProps) {
  const shown = groups.filter((group) => group.choices.length > 0);
  return (
    <Ariakit.Dialog
      open={open}
      onClose={onClose}
      unmountOnHide
      hideOnInteractOutside={isPress}
      aria-label={label}
      backdrop={<div className={styles.veil} />}
      className={styles.picker}
    >
      <Ariakit.ComboboxProvider value={text} setValue={setText} open>
        <Ariakit.Combobox
          autoSelect="always"
          autoFocus
          aria-label={label}
          placeholder={placeholder}
          className={styles.input}
          dir="auto"
        />
        <Ariakit.ComboboxList alwaysVisible aria-label={label} className={styles.list}>
          {shown.map((group) => (
            <Ariakit.ComboboxGroup key={group.id}>
              {group.label && (
                <Ariakit.ComboboxGroupLabel className={styles.group}>
                  {group.label}
                </Ariakit.ComboboxGroupLabel>
              )}
              {group.choices.map((choice) => (
                <ChoiceItem key={choice.id} {...choice} onClose={onClose} />
              ))}
            </Ariakit.ComboboxGroup>
          ))}
          {shown.length === 0 && <p className={styles.empty}>{empty}</p>}
        </Ariakit.ComboboxList>
      </Ariakit.ComboboxProvider>
    </Ariakit.Dialog>
  );
}

function ChoiceItem({
  label,
  icon,
  detail,
  shortcut,
  chosen,
  onSelect,
  onClose,
}: Choice & { onClose: () => void }) {
  return (
    <Ariakit.ComboboxItem
      focusOnHover
      hideOnClick={false}
      setValueOnClick={false}
      className={styles.item}
      onClick={() => {
        onClose();
        onSelect();
      }}
    >
      {icon}
      <bdi className={styles.label}>{label}</bdi>
      {detail && <span className={styles.detail}>{detail}</span>}
      {chosen && <CheckIcon size={14} className={styles.tick} />}
      {shortcut && <Key>{keyLabel(shortcut)}</Key>}
    </Ariakit.ComboboxItem>
  );
}
