import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { RemoveIcon } from "@/ui/icons";
import { Select } from "@/ui/Select";
import styles from "./SingleSignOnPage.module.css";
import type { Rule, Settings } from "./singleSignOn";

const roles = ["customer", "customer_admin", "agent", "manager", "admin"] as const;
type Role = (typeof roles)[number];

interface Props {
  rules: Rule[];
  otherwise: Settings["default_role"];
  error: unknown;
  onRules: (rules: Rule[]) => void;
  onOtherwise: (role: Role | null) => void;
}

/** Which claim gives which role, and what becomes of everybody else. */
export function RoleRules({ rules, otherwise, error, onRules, onOtherwise }: Props) {
  const t = useT();
  const change = (key: number, part: Partial<Rule>) =>
    onRules(rules.map((rule) => (rule.key === key ? { ...rule, ...part } : rule)));
  const roleOptions = roles.map((value) => ({ value, label: t(`role.${value}`) }));
  const add = () => {
    const key = Math.max(-1, ...rules.map((rule) => rule.key)) + 1;
    onRules([...rules, { key, claim: rules.at(-1)?.claim ?? "groups", value: "", role: "agent" }]);
  };

  return (
    <fieldset className={styles.rules}>
      <legend>{t("single_sign_on.roles")}</legend>
      <p className={styles.hint}>{t("single_sign_on.roles_lead")}</p>
      {rules.map((rule, at) => (
        <div key={rule.key} className={styles.rule}>
          <Field
            label={t("single_sign_on.claim")}
            dir="ltr"
            spellCheck={false}
            required
            error={fieldError(t, error, `settings/role_rules/${at}/claim`)}
            value={rule.claim}
            onChange={(event) => change(rule.key, { claim: event.target.value })}
          />
          <Field
            label={t("single_sign_on.value")}
            dir="ltr"
            spellCheck={false}
            required
            error={fieldError(t, error, `settings/role_rules/${at}/value`)}
            value={rule.value}
            onChange={(event) => change(rule.key, { value: event.target.value })}
          />
          <Select
            label={t("single_sign_on.role")}
            options={roleOptions}
            value={rule.role}
            onChange={(event) => change(rule.key, { role: event.target.value as Role })}
          />
          <IconButton
            label={t("single_sign_on.remove_rule", { number: at + 1 })}
            icon={<RemoveIcon size={16} />}
            onClick={() => onRules(rules.filter(({ key }) => key !== rule.key))}
          />
        </div>
      ))}
      <div>
        <Button onClick={add}>{t("single_sign_on.add_rule")}</Button>
      </div>
      <Select
        label={t("single_sign_on.otherwise")}
        options={[
          { value: "", label: t("single_sign_on.refuse") },
          ...roleOptions.filter(({ value }) => value !== "admin"),
        ]}
        value={otherwise ?? ""}
        onChange={(event) => onOtherwise((event.target.value || null) as Role | null)}
      />
    </fieldset>
  );
}
