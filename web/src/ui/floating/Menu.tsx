import * as Ariakit from "@ariakit/react";
import type { ReactNode } from "react";
import { keyLabel } from "@/lib/keyboard";
import { CheckIcon } from "../icons";
import { Key } from "../Key";
import type { MenuItemProps, MenuProps } from "../Menu";
import styles from "../Menu.module.css";

/** `asked`: pressed while it was not here yet. */
interface Loaded extends MenuProps {
  asked: boolean;
  takesFocus: boolean;
}

/** A button that opens a list of actions; arrows, letters and Escape work. */
export function Menu({
  trigger,
  children,
  label,
  placement = "bottom-start",
  open,
  setOpen,
  ...begin
}: Loaded) {
  return (
    <Ariakit.MenuProvider
      placement={placement}
      defaultOpen={begin.asked}
      {...(open !== undefined && { open })}
      {...(setOpen && { setOpen })}
    >
      <Ariakit.MenuButton render={trigger} autoFocus={begin.asked || begin.takesFocus} />
      <Ariakit.Menu className={styles.menu} gutter={6} portal={false} fixed unmountOnHide aria-label={label}>
        {children}
      </Ariakit.Menu>
    </Ariakit.MenuProvider>
  );
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
}: MenuItemProps) {
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
