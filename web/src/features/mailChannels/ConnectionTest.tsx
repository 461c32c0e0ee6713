import { useMutation } from "@tanstack/react-query";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Steps } from "@/ui/Steps";
import styles from "./ChannelEditor.module.css";
import { bodyOf, type ChannelForm } from "./channelForm";
import { type TestedStep, testChannel } from "./queries";

/** Tries what is typed, saved or not, step by step up to the first that fails. */
export function ConnectionTest({ form, id }: { form: ChannelForm; id: string | undefined }) {
  const t = useT();
  const trial = useMutation({ mutationFn: () => testChannel(bodyOf(form), id) });
  return (
    <section className={styles.test}>
      <div className={styles.testWords}>
        <p className={styles.hint}>{t("mail_channels.test_lead")}</p>
        <Button busy={trial.isPending} disabled={!form.fetches && !form.sends} onClick={() => trial.mutate()}>
          {t("mail_channels.test")}
        </Button>
      </div>
      {trial.isError && <Notice tone="danger">{errorWords(t, trial.error)}</Notice>}
      <div role="status" className={styles.results}>
        {trial.data && (
          <>
            <Result title={t("mail_channels.incoming")} steps={trial.data.imap} />
            <Result title={t("mail_channels.outgoing")} steps={trial.data.smtp} />
          </>
        )}
      </div>
    </section>
  );
}

function Result({ title, steps }: { title: string; steps: TestedStep[] }) {
  const t = useT();
  if (steps.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <Steps
        label={title}
        steps={steps.map(({ name, ok, detail }, index) => ({
          id: `${index} ${name}`,
          passed: ok,
          words: t(ok ? "mail_channels.passed" : "mail_channels.failed", {
            step: t(`mail_channels.step_${name}`),
          }),
          detail,
        }))}
      />
    </div>
  );
}
