import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { Field } from "@/ui/Field";
import { CompanyIcon, PlusIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { Notice } from "@/ui/Notice";
import { PageHead } from "@/ui/PageHead";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./CompaniesPage.module.css";

function Companies() {
  const t = useT();
  const list = useQuery({ queryKey: ["companies"], queryFn: () => data(client.GET("/api/v1/companies")) });
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={5} height={48} />;
  if (list.data.length === 0) {
    return (
      <EmptyState icon={<CompanyIcon size={24} />} title={t("companies.none")}>
        {t("companies.none_lead")}
      </EmptyState>
    );
  }
  return (
    <ul className={styles.list}>
      {list.data.map((company) => (
        <li key={company.id} className={styles.company}>
          <bdi className={styles.name}>{company.name}</bdi>
          <span className={styles.fact}>{t("companies.people", { count: company.people_count })}</span>
          <Link
            to={paths.desk.tickets()}
            search={{ company: company.id, status: "open" }}
            className={styles.tickets}
          >
            {t("companies.open", { count: company.open_ticket_count })}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function AddCompany({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const add = useMutation({
    mutationFn: () => data(client.POST("/api/v1/companies", { body: { name } })),
    onSuccess() {
      void queries.invalidateQueries({ queryKey: ["companies"] });
      setName("");
      onClose();
    },
  });
  const atField = add.error instanceof ProblemError && add.error.errors.length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate();
  }

  return (
    <Dialog open={open} onClose={onClose} title={t("companies.add")}>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={t("companies.name")}
          required
          autoFocus
          autoComplete="off"
          error={fieldError(t, add.error, "name")}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {add.isError && !atField && <Notice tone="danger">{errorWords(t, add.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" tone="primary" busy={add.isPending}>
            {t("companies.add")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

export function CompaniesPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.companies") });
  const [adding, setAdding] = useState(false);
  return (
    <>
      <PageHead
        title={t("settings.companies")}
        action={
          <Button tone="primary" icon={<PlusIcon size={16} />} onClick={() => setAdding(true)}>
            {t("companies.add")}
          </Button>
        }
      />
      <Companies />
      <AddCompany open={adding} onClose={() => setAdding(false)} />
    </>
  );
}
