import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { useNow } from "@/lib/useNow";
import { Notice } from "@/ui/Notice";
import styles from "./AuditPage.module.css";
import { stateQuery } from "./queries";

const verifyCommand = "atum audit verify";

/** Whether what is listed can be trusted, in words. */
export function SealState() {
  const t = useT();
  const { data: state } = useQuery(stateQuery);
  if (!state) return null;
  return (
    <section aria-label={t("audit.seal")} className={styles.seal}>
      <p>
        <Sealed state={state} />
      </p>
      <Verified state={state} />
    </section>
  );
}

function Sealed({ state }: { state: Schemas["AuditState"] }) {
  const t = useT();
  const format = useFormat();
  const now = useNow();
  if (state.unsealed > 0 && state.oldest_unsealed_at)
    return t("audit.waiting", { count: state.unsealed, time: format.exact(state.oldest_unsealed_at) });
  if (!state.last_sealed_at) return t("audit.nothing_yet");
  return t("audit.sealed", { batches: state.batches, time: format.relative(state.last_sealed_at, now) });
}

function Verified({ state }: { state: Schemas["AuditState"] }) {
  const t = useT();
  const format = useFormat();
  const last = state.last_verification;
  if (!last) return <p>{t("audit.never_verified", { command: verifyCommand })}</p>;
  const time = format.exact(last.at);
  if (last.findings > 0)
    return <Notice tone="danger">{t("audit.broken", { time, findings: last.findings })}</Notice>;
  return <p>{t("audit.verified", { time, events: last.events })}</p>;
}
