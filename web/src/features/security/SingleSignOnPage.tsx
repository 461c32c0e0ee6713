import { useQuery } from "@tanstack/react-query";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { PageHead } from "@/ui/PageHead";
import { SkeletonRows } from "@/ui/Skeleton";
import { ConnectionCheck } from "./ConnectionCheck";
import { RemoveSingleSignOn } from "./RemoveSingleSignOn";
import { SingleSignOnForm } from "./SingleSignOnForm";
import styles from "./SingleSignOnPage.module.css";
import { singleSignOnQuery } from "./singleSignOn";

export function SingleSignOnPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("single_sign_on.title") });
  const state = useQuery(singleSignOnQuery);
  return (
    <div className={styles.page}>
      <PageHead title={t("single_sign_on.title")} lead={t("single_sign_on.lead")} />
      {state.isError ? (
        <ErrorState error={state.error} retry={() => void state.refetch()} />
      ) : state.isPending ? (
        <SkeletonRows count={5} height={52} />
      ) : (
        <>
          <SingleSignOnForm key={state.data.version} state={state.data} />
          {state.data.settings && <ConnectionCheck key={`check-${state.data.version}`} />}
          {state.data.settings && <RemoveSingleSignOn />}
        </>
      )}
    </div>
  );
}
