import * as Ariakit from "@ariakit/react";
import type { ReactElement } from "react";
import { keyLabel } from "@/lib/keyboard";
import { Key } from "./Key";
import styles from "./Tooltip.module.css";

interface Props {
  label: string;
  shortcut?: string;
  children: ReactElement;
}

/** Words for what has only an icon; the trigger keeps its own accessible name. */
export function Tooltip({ label, shortcut, children }: Props) {
  return (
    <Ariakit.TooltipProvider timeout={400} placement="bottom">
      <Ariakit.TooltipAnchor render={children} />
      <Ariakit.Tooltip className={styles.tooltip} gutter={6} unmountOnHide>
        {label}
        {shortcut && <Key>{keyLabel(shortcut)}</Key>}
      </Ariakit.Tooltip>
    </Ariakit.TooltipProvider>
  );
}
