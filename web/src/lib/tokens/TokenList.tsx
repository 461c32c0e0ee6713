import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { CreateToken } from "./CreateToken";
import { TokenRow } from "./TokenRow";
import type { TokenOwner } from "./tokens";
import styles from "./tokens.module.css";

/** The tokens that are good, and the way to make another. */
export function TokenList({ owner }: { owner: TokenOwner }) {
  const t = useT();
  const [creating, setCreating] = useState(false);
  const list = useQuery({ queryKey: [owner.key], queryFn: owner.list });
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={2} height={64} />;
  const isEmpty = list.data.length === 0 && owner.isMachine;
  const create = (
    <Button tone={isEmpty ? "primary" : "plain"} onClick={() => setCreating(true)}>
      {t("tokens.create")}
    </Button>
  );
  return (
    <div className={styles.place}>
      <p className={styles.lead}>{t(owner.isMachine ? "tokens.machine_lead" : "tokens.personal_lead")}</p>
      {isEmpty ? (
        <EmptyState title={t("tokens.empty")} action={create}>
          {t("tokens.empty_lead")}
        </EmptyState>
      ) : (
        <>
          <ul>
            {list.data.map((token) => (
              <TokenRow key={token.id} owner={owner} token={token} />
            ))}
          </ul>
          {create}
        </>
      )}
      <CreateToken owner={owner} open={creating} onClose={() => setCreating(false)} />
    </div>
  );
}
