import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, data } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { Link } from "@/ui/Link";
import { Notice } from "@/ui/Notice";
import { PageHead } from "@/ui/PageHead";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { AllowList } from "./AllowList";
import styles from "./SecurityPage.module.css";
import { SingleSignOnSection } from "./SingleSignOnSection";

const address = "/api/v1/organization/security";

function SecondFactorRule({ required }: { required: boolean }) {
  const t = useT();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (second_factor_required: boolean) =>
      data(client.PATCH(address, { body: { second_factor_required } })),
    onSuccess(security) {
      queries.setQueryData(["security"], security);
      toast("done", t("settings.saved"));
    },
  });
  const ownFirst = save.error instanceof ProblemError && save.error.key === "wrong-state";
  return (
    <section>
      <h2 className={styles.heading}>{t("security.second_factor")}</h2>
      <label className={styles.rule}>
        <input
          type="checkbox"
          checked={required}
          disabled={save.isPending}
          aria-describedby="require-second-factor"
          onChange={(event) => save.mutate(event.target.checked)}
        />
        {t("security.require")}
      </label>
      <p id="require-second-factor" className={styles.lead}>
        {t("security.require_lead")}
      </p>
      {save.isError && (
        <Notice
          tone="danger"
          action={ownFirst && <Link to={paths.desk.settings.profile()}>{t("security.to_profile")}</Link>}
        >
          {ownFirst ? t("security.own_first") : errorWords(t, save.error)}
        </Notice>
      )}
    </section>
  );
}

export function SecurityPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.security") });
  const security = useQuery({ queryKey: ["security"], queryFn: () => data(client.GET(address)) });
  return (
    <>
      <PageHead title={t("settings.security")} />
      <div className={styles.sections}>
        {security.isError ? (
          <ErrorState error={security.error} retry={() => void security.refetch()} />
        ) : security.isPending ? (
          <SkeletonRows count={1} height={72} />
        ) : (
          <SecondFactorRule required={security.data.second_factor_required} />
        )}
        <AllowList />
        <SingleSignOnSection />
      </div>
    </>
  );
}
