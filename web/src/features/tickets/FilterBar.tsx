import { useQuery } from "@tanstack/react-query";
import { useT } from "@/lib/i18n/I18nProvider";
import { useSession } from "@/lib/session/session";
import { SortIcon } from "@/ui/icons";
import { Menu, MenuItem } from "@/ui/Menu";
import { priorities, priorityWords } from "@/ui/PriorityGlyph";
import { statusWords } from "@/ui/StatusGlyph";
import styles from "./FilterBar.module.css";
import { FilterChip } from "./FilterChip";
import { deadlines, type Filters, isNarrowed, queryOf, sorts, statuses, toggled, type View } from "./filters";
import { companiesQuery, staffQuery } from "./queries";
import { TextFilter } from "./TextFilter";

interface Props {
  view: View;
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** Each filter is a chip that says what it does; together they are the address of the list. */
export function FilterBar({ view, filters, onChange }: Props) {
  const t = useT();
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const sort = queryOf(view, filters).sort ?? "updated";
  return (
    <search className={styles.bar} aria-label={t("tickets.filters")}>
      <TextFilter value={filters.q ?? ""} onChange={(q) => set({ q: q || undefined })} />
      <FilterChip
        label={t("tickets.status")}
        several
        value={filters.status}
        options={[
          { value: "open", label: t("tickets.open") },
          ...statuses.map((value) => ({ value, label: t(statusWords[value]) })),
        ]}
        onToggle={(value) => set({ status: toggled(filters.status, value) })}
        onClear={() => set({ status: undefined })}
      />
      {view === "all" && <AssigneeFilter filters={filters} set={set} />}
      <FilterChip
        label={t("tickets.priority")}
        several
        value={filters.priority}
        options={priorities.map((value) => ({ value, label: t(priorityWords[value]) }))}
        onToggle={(value) => set({ priority: toggled(filters.priority, value) })}
        onClear={() => set({ priority: undefined })}
      />
      <FilterChip
        label={t("tickets.deadline")}
        value={filters.sla}
        options={deadlines.map((value) => ({ value, label: t(`tickets.sla_${value}`) }))}
        onToggle={(sla) => set({ sla })}
        onClear={() => set({ sla: undefined })}
      />
      <CompanyFilter filters={filters} set={set} />
      {filters.requester && (
        <FilterChip
          label={t("tickets.requester")}
          value={filters.requester}
          options={[]}
          onClear={() => set({ requester: undefined })}
        />
      )}
      {isNarrowed(filters) && (
        <button type="button" className={styles.clear} onClick={() => onChange({ sort: filters.sort })}>
          {t("tickets.clear_filters")}
        </button>
      )}
      <Menu
        label={t("tickets.sort")}
        placement="bottom-end"
        trigger={
          <button type="button" className={styles.sort} title={t("tickets.sort")}>
            <SortIcon size={14} />
            {t(`tickets.sort_${sort as (typeof sorts)[number]}`)}
          </button>
        }
      >
        {sorts.map((option) => (
          <MenuItem key={option} chosen={sort === option} onSelect={() => set({ sort: option })}>
            {t(`tickets.sort_${option}`)}
          </MenuItem>
        ))}
      </Menu>
    </search>
  );
}

interface PartProps {
  filters: Filters;
  set: (change: Partial<Filters>) => void;
}

function AssigneeFilter({ filters, set }: PartProps) {
  const t = useT();
  const { person } = useSession();
  const staff = useQuery(staffQuery).data ?? [];
  return (
    <FilterChip
      label={t("tickets.assignee")}
      value={filters.assignee}
      options={[
        { value: "me", label: t("tickets.me") },
        { value: "none", label: t("tickets.nobody") },
        ...staff.filter(({ id }) => id !== person.id).map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onToggle={(assignee) => set({ assignee })}
      onClear={() => set({ assignee: undefined })}
    />
  );
}

function CompanyFilter({ filters, set }: PartProps) {
  const t = useT();
  const companies = useQuery(companiesQuery).data ?? [];
  if (companies.length === 0) return null;
  return (
    <FilterChip
      label={t("tickets.company")}
      value={filters.company}
      options={companies.map(({ id, name }) => ({ value: id, label: name }))}
      onToggle={(company) => set({ company })}
      onClear={() => set({ company: undefined })}
    />
  );
}
