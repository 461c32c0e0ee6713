import type { Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { useT } from "@/lib/i18n/I18nProvider";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { CloseIcon } from "@/ui/icons";
import styles from "./AllowList.module.css";

interface Props {
  row: Schemas["AllowedNetwork"];
  nth: number;
  error: unknown;
  onChange: (row: Schemas["AllowedNetwork"]) => void;
  onRemove: () => void;
}

/** One entry: what may come in, and whose it is. */
export function NetworkFields({ row, nth, error, onChange, onRemove }: Props) {
  const t = useT();
  return (
    <div className={styles.row}>
      <Field
        label={t("security.network")}
        hideLabel={nth > 0}
        hint={nth === 0 ? t("security.network_hint") : undefined}
        dir="ltr"
        required
        autoComplete="off"
        spellCheck={false}
        error={useRefusal(error, nth)}
        value={row.network}
        onChange={(event) => onChange({ ...row, network: event.target.value })}
      />
      <Field
        label={t("security.network_note")}
        hideLabel={nth > 0}
        maxLength={120}
        autoComplete="off"
        value={row.note}
        onChange={(event) => onChange({ ...row, note: event.target.value })}
      />
      <IconButton
        label={t("security.remove_network", { network: row.network })}
        icon={<CloseIcon size={16} />}
        onClick={onRemove}
      />
    </div>
  );
}

function useRefusal(error: unknown, nth: number): string | undefined {
  const t = useT();
  if (!(error instanceof ProblemError)) return undefined;
  const found = error.errors.find(({ pointer }) => pointer === `#/networks/${nth}/network`);
  if (!found) return undefined;
  return found.code === "taken" ? t("security.twice") : t("security.bad_network", { detail: found.detail });
}
