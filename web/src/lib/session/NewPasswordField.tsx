import { useState } from "react";
import { ProblemError } from "@/api/problem";
import { fieldError } from "@/lib/errorWords";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { PasswordField } from "@/ui/PasswordField";

const minimum = 12;

/** Characters as people count them, so that an emoji or a letter with its accent is one. */
export const shortBy = (password: string) => Math.max(0, minimum - [...password].length);

const words: Record<string, MessageId> = {
  too_short: "password.too_short",
  too_weak: "password.too_weak",
  contains_name: "password.contains_name",
  breached: "password.breached",
};

interface Props {
  value: string;
  onChange: (value: string) => void;
  /** The refusal of the server, and the name of the password in it. */
  error: unknown;
  field: string;
}

/** A password being chosen: how much is missing is said while typing, what the server thinks of it after. */
export function NewPasswordField({ value, onChange, error, field }: Props) {
  const t = useT();
  const [left, setLeft] = useState(false);
  const missing = shortBy(value);
  const code =
    error instanceof ProblemError
      ? error.errors.find(({ pointer }) => pointer === `#/${field}`)?.code
      : undefined;
  const own = code && words[code];
  const refusal = own ? t(own) : fieldError(t, error, field);
  const tooShort =
    left && value !== "" && missing > 0 ? t("password.remaining", { count: missing }) : undefined;
  const progress = missing === 0 ? t("password.long_enough") : t("password.remaining", { count: missing });
  return (
    <PasswordField
      label={t("password.new")}
      autoComplete="new-password"
      required
      minLength={minimum}
      value={value}
      hint={(refusal ?? tooShort) ? undefined : value === "" ? t("password.hint") : progress}
      error={refusal ?? tooShort}
      onBlur={() => setLeft(true)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
