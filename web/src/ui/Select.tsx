import { type SelectHTMLAttributes, useId } from "react";
import { classes } from "./classes";
import styles from "./Field.module.css";

interface Props extends SelectHTMLAttributes<HTMLSelectElement> {
  label: string;
  hideLabel?: boolean;
  error?: string | undefined;
  options: { value: string; label: string }[];
}

/** The platform's own select: on a phone nothing drawn by us is better. */
export function Select({ label, hideLabel, error, options, className, ...rest }: Props) {
  const own = useId();
  const id = rest.id ?? own;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : styles.label}>
        {label}
      </label>
      <select
        {...rest}
        id={id}
        className={classes(styles.control, className)}
        aria-invalid={error !== undefined}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {error !== undefined && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
