import { useMutation } from "@tanstack/react-query";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Steps } from "@/ui/Steps";
import styles from "./SingleSignOnPage.module.css";
import { check } from "./singleSignOn";

/** What a sign-in would do with what is saved, step by step up to the first that fails. */
export function ConnectionCheck() {
  const t = useT();
  const trial = useMutation({ mutationFn: check });
  return (
    <section className={styles.apart}>
      <div className={styles.apartWords}>
        <p className={styles.hint}>{t("single_sign_on.check_lead")}</p>
        <Button busy={trial.isPending} onClick={() => trial.mutate()}>
          {t("single_sign_on.check")}
        </Button>
      </div>
      {trial.isError && <Notice tone="danger">{errorWords(t, trial.error)}</Notice>}
      <div role="status">
        {trial.data && (
          <Steps
            steps={trial.data.steps.map(({ step, passed, detail }) => ({
              id: step,
              passed,
              words: t(passed ? "single_sign_on.passed" : "single_sign_on.failed", {
                step: t(`single_sign_on.step_${step}`),
              }),
              detail,
            }))}
          />
        )}
      </div>
    </section>
  );
}
