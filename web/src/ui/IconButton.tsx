import { type ButtonHTMLAttributes, forwardRef, type ReactNode } from "react";
import { classes } from "./classes";
import styles from "./IconButton.module.css";
import { Tooltip } from "./Tooltip";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "aria-label"> {
  /** Said to a screen reader and shown on hover. */
  label: string;
  shortcut?: string;
  icon: ReactNode;
}

export const IconButton = forwardRef<HTMLButtonElement, Props>(function IconButton(
  { label, shortcut, icon, className, ...rest },
  ref,
) {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        ref={ref}
        type="button"
        {...rest}
        aria-label={label}
        className={classes(styles.button, className)}
      >
        {icon}
      </button>
    </Tooltip>
  );
});
