import { useQuery } from "@tanstack/react-query";
import { useT } from "@/lib/i18n/I18nProvider";
import { Select } from "@/ui/Select";
import styles from "./PeoplePage.module.css";
import { companiesQuery, type Role, roles } from "./queries";

interface Props {
  role: Role;
  companyId: string;
  onChange: (change: { role?: Role; companyId?: string }) => void;
  /** Nobody may lock themselves out by changing their own role. */
  fixedRole?: boolean;
  error?: string | undefined;
}

/** Role and company belong together: only customers have a company, and only in one they share tickets. */
export function RoleAndCompany({ role, companyId, onChange, fixedRole, error }: Props) {
  const t = useT();
  const { data: companies = [] } = useQuery(companiesQuery);
  const isCustomer = role === "customer" || role === "customer_admin";
  const companyOptions = [
    { value: "", label: t("people.no_company") },
    ...companies.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <div className={styles.pair}>
      <Select
        label={t("people.role")}
        options={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={role}
        disabled={fixedRole}
        error={error}
        onChange={(event) => onChange({ role: event.target.value as Role })}
      />
      {isCustomer && (
        <Select
          label={t("people.company")}
          options={companyOptions}
          value={companyId}
          onChange={(event) => onChange({ companyId: event.target.value })}
        />
      )}
    </div>
  );
}
