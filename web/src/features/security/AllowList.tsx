import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { ErrorState } from "@/ui/ErrorState";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import styles from "./AllowList.module.css";
import { NetworkFields } from "./NetworkFields";
import pageStyles from "./SecurityPage.module.css";

const address = "/api/v1/organization/allow-list";
const key = ["allow-list"];
type Stored = Schemas["AllowListView"];

/** Where people may come from. */
export function AllowList() {
  const t = useT();
  const list = useQuery({ queryKey: key, queryFn: () => data(client.GET(address)) });
  return (
    <section>
      <h2 className={pageStyles.heading}>{t("security.addresses")}</h2>
      <p className={pageStyles.lead}>
        {t("security.addresses_lead")}{" "}
        {list.data?.your_address && t("security.your_address", { address: list.data.your_address })}
      </p>
      {list.isError ? (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows count={2} height={40} />
      ) : (
        <AllowListForm key={list.data.version} stored={list.data} />
      )}
    </section>
  );
}

function AllowListForm({ stored }: { stored: Stored }) {
  const t = useT();
  const queries = useQueryClient();
  const [rows, setRows] = useState(stored.networks);
  const [appliesTo, setAppliesTo] = useState(stored.applies_to);
  const save = useMutation({
    mutationFn: () =>
      data(
        client.PUT(address, {
          body: { applies_to: appliesTo, networks: rows },
          params: { header: { "If-Match": `"${stored.version}"` } },
        }),
      ),
    onSuccess(saved) {
      queries.setQueryData(key, saved);
      toast("done", t("settings.saved"));
    },
    onError(error) {
      if (isStale(error)) void queries.invalidateQueries({ queryKey: key });
    },
  });
  const add = (network: string) => setRows([...rows, { network, note: "" }]);
  const mine = stored.your_address;

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {rows.length === 0 && <p className={styles.empty}>{t("security.no_networks")}</p>}
      {rows.map((row, nth) => (
        <NetworkFields
          // biome-ignore lint/suspicious/noArrayIndexKey: two rows may be equal while they are typed.
          key={nth}
          row={row}
          error={save.error}
          nth={nth}
          onChange={(changed) => setRows(rows.map((other, at) => (at === nth ? changed : other)))}
          onRemove={() => setRows(rows.filter((_, at) => at !== nth))}
        />
      ))}
      <div className={styles.actions}>
        <Button onClick={() => add("")}>{t("security.add_network")}</Button>
        {mine && !rows.some(({ network }) => network === mine) && (
          <Button onClick={() => add(mine)}>{t("security.add_mine")}</Button>
        )}
      </div>
      <div className={styles.applies}>
        <Select
          label={t("security.applies_to")}
          options={[
            { value: "staff", label: t("security.staff") },
            { value: "everybody", label: t("security.everybody") },
          ]}
          value={appliesTo}
          onChange={(event) => setAppliesTo(event.target.value as typeof appliesTo)}
        />
      </div>
      <Refusal error={save.error} yours={mine ?? ""} />
      <div className={styles.actions}>
        <Button type="submit" tone="primary" busy={save.isPending}>
          {t("security.save_addresses")}
        </Button>
      </div>
    </form>
  );
}

const isStale = (error: unknown) => error instanceof ProblemError && error.key === "stale";

function Refusal({ error, yours }: { error: unknown; yours: string }) {
  const t = useT();
  if (!error) return null;
  const about = error instanceof ProblemError ? error.errors : [];
  if (about.some(({ code }) => code === "own_address_missing")) {
    return <Notice tone="danger">{t("security.own_address", { address: yours })}</Notice>;
  }
  if (isStale(error)) return <Notice tone="warning">{t("security.addresses_stale")}</Notice>;
  // What is wrong with one entry is said there.
  if (about.some(({ pointer }) => pointer.startsWith("#/networks/"))) return null;
  return <Notice tone="danger">{errorWords(t, error)}</Notice>;
}
