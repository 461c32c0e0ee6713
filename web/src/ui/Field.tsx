import {
  forwardRef,
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
  useId,
} from "react";
import { classes } from "./classes";
import styles from "./Field.module.css";

interface Frame {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is read aloud but not drawn, where the place says it already. */
  hideLabel?: boolean;
}

function describedBy(id: string, hint: ReactNode, error: string | undefined) {
  return classes(hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`) || undefined;
}

function FieldFrame({
  id,
  label,
  hint,
  error,
  hideLabel,
  children,
}: Frame & { id: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : styles.label}>
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

type FieldProps = Frame & InputHTMLAttributes<HTMLInputElement>;

export const Field = forwardRef<HTMLInputElement, FieldProps>(function Field(
  { label, hint, error, hideLabel, className, ...rest },
  ref,
) {
  const own = useId();
  const id = rest.id ?? own;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} hideLabel={hideLabel}>
      <input
        ref={ref}
        dir="auto"
        {...rest}
        // React focuses without leaving the attribute that a dialog looks for.
        data-autofocus={rest.autoFocus}
        id={id}
        className={classes(styles.control, className)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </FieldFrame>
  );
});

type TextAreaProps = Frame & TextareaHTMLAttributes<HTMLTextAreaElement>;

export const TextArea = forwardRef<HTMLTextAreaElement, TextAreaProps>(function TextArea(
  { label, hint, error, hideLabel, className, ...rest },
  ref,
) {
  const own = useId();
  const id = rest.id ?? own;
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} hideLabel={hideLabel}>
      <textarea
        ref={ref}
        dir="auto"
        rows={4}
        {...rest}
        data-autofocus={rest.autoFocus}
        id={id}
        className={classes(styles.control, styles.area, className)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </FieldFrame>
  );
});
