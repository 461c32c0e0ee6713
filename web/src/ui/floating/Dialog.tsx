import * as Ariakit from "@ariakit/react";
import { useT } from "@/lib/i18n/I18nProvider";
import type { DialogProps } from "../Dialog";
import styles from "../Dialog.module.css";
import { CloseIcon } from "../icons";

/** A press beside it closes a dialog; the focus coming home from one that closed a moment ago does not. */
export const isPress = (event: Event) => event.type !== "focusin";

/** Modal: holds the focus, gives it back, closes on Escape. */
export function Dialog({ open, onClose, title, children, size = "medium" }: DialogProps) {
  const t = useT();
  return (
    <Ariakit.Dialog
      open={open}
      onClose={onClose}
      unmountOnHide
      hideOnInteractOutside={isPress}
      backdrop={<div className={styles.veil} />}
      className={styles.dialog}
      data-size={size}
    >
      <header className={styles.header}>
        <Ariakit.DialogHeading className={styles.title}>{title}</Ariakit.DialogHeading>
      </header>
      <div className={styles.body}>{children}</div>
      {/* Last, so that the focus begins at what the dialog is about. */}
      <button type="button" className={styles.close} aria-label={t("common.close")} onClick={onClose}>
        <CloseIcon size={16} />
      </button>
    </Ariakit.Dialog>
  );
}
