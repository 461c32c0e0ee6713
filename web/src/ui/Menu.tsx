import * as Ariakit from "@ariakit/react";
import type { ReactElement, ReactNode } from "react";
import { keyLabel } from "@/lib/keyboard";
import { CheckIcon } from "./icons";
import { Key } from "./Key";
import styles from "./Menu.module.css";

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
  label?: string;
  placement?: Ariakit.MenuProviderProps["placement"];
  open?: boolean;
  setOpen?: (open: boolean) => void;
}

/** A button that opens a list of actions; arrows, letters and Escape work. */
export function Menu({ trigger, children, label, placement = "bottom-start", open, setOpen }: MenuProps) {
  return (
    <Ariakit.MenuProvider
      placement={placement}
      {...(open !== undefined && { open })}
      {...(setOpen && { setOpen })}
    >
      <Ariakit.MenuButton render={trigger} />
      <Ariakit.Menu className={styles.menu} gutter={6} portal={false} fixed unmountOnHide aria-label={label}>
        {children}
      </Ariakit.Menu>
    </Ariakit.MenuProvider>
  );
}

interface ItemProps {
  icon?: ReactNode;
  children: ReactNode;
  detail?: ReactNode;
  shortcut?: string;
  /** Given for a choice among several; the chosen one carries a tick. */
  chosen?: boolean;
  tone?: "plain" | "danger";
  /** For choosing several one after the other. */
  keepOpen?: boolean;
  onSelect: () => void;
}

export function MenuItem({
  icon,
  children,
  detail,
  shortcut,
  chosen,
  tone = "plain",
  keepOpen,
  onSelect,
}: ItemProps) {
  return (
    <Ariakit.MenuItem
      className={styles.item}
      data-tone={tone}
      onClick={onSelect}
      hideOnClick={!keepOpen}
      {...(chosen !== undefined && {
        role: keepOpen ? "menuitemcheckbox" : "menuitemradio",
        "aria-checked": chosen,
      })}
    >
      {icon}
      <span className={styles.words}>{children}</span>
      {detail && <span className={styles.detail}>{detail}</span>}
      {shortcut && <Key>{keyLabel(shortcut)}</Key>}
      {chosen && <CheckIcon size={14} className={styles.tick} />}
    </Ariakit.MenuItem>
  );
}

export function MenuSeparator() {
  return <Ariakit.MenuSeparator className={styles.separator} />;
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Ariakit.MenuGroup>
      <Ariakit.MenuGroupLabel className={styles.label}>{label}</Ariakit.MenuGroupLabel>
      {children}
    </Ariakit.MenuGroup>
  );
}
