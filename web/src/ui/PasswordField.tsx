import { type ComponentProps, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Field } from "./Field";
import styles from "./PasswordField.module.css";

type Props = Omit<ComponentProps<typeof Field>, "type" | "hideLabel">;

/** A password that can be looked at: long ones are typed wrong less often when one sees them. */
export function PasswordField(props: Props) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <div className={styles.frame}>
      <Field
        {...props}
        dir="ltr"
        type={shown ? "text" : "password"}
        spellCheck={false}
        autoCapitalize="none"
      />
      <button type="button" className={styles.toggle} aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? t("password.hide") : t("password.show")}
      </button>
    </div>
  );
}
