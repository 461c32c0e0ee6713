import { useId } from "react";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { isCovered, type Scope } from "./tokens";
import styles from "./tokens.module.css";

const words: Record<Scope, MessageId> = {
  "tickets:read": "tokens.tickets_read",
  "tickets:write": "tokens.tickets_write",
  "people:read": "tokens.people_read",
  "people:write": "tokens.people_write",
  "settings:read": "tokens.settings_read",
  "settings:write": "tokens.settings_write",
  "audit:read": "tokens.audit_read",
};

interface Props {
  offered: Scope[];
  chosen: Scope[];
  error: string | undefined;
  onChange: (chosen: Scope[]) => void;
}

export function ScopeChoice({ offered, chosen, error, onChange }: Props) {
  const t = useT();
  const id = useId();
  return (
    <fieldset className={styles.choice} aria-describedby={error && id}>
      <legend>{t("tokens.scopes")}</legend>
      {offered.map((scope) => {
        const covered = isCovered(scope, chosen);
        return (
          <label key={scope} className={styles.scope}>
            <input
              type="checkbox"
              checked={covered || chosen.includes(scope)}
              disabled={covered}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }
            />
            <span>{t(words[scope])}</span>
            <code dir="ltr">{scope}</code>
          </label>
        );
      })}
      {error && (
        <p id={id} className={styles.error} role="alert">
          {t("tokens.scopes_missing")}
        </p>
      )}
    </fieldset>
  );
}
