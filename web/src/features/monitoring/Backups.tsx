import type { Schemas } from "@/api/client";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import styles from "./Monitoring.module.css";
import { Section } from "./Section";
import { State } from "./State";

type Run = Schemas["BackupRun"];

interface Props {
  backups: Schemas["Backups"];
  elapsed: number;
}

const kinds: Record<string, MessageId> = {
  full: "monitoring.backup_full",
  drill: "monitoring.backup_drill",
  archive: "monitoring.backup_archive",
};

/** What counts stands first: when a backup was last restored and found whole. */
export function Backups({ backups, elapsed }: Props) {
  const t = useT();
  return (
    <Section title={t("monitoring.backups")}>
      <dl className={styles.facts_list}>
        <Fact
          name={t("monitoring.proven")}
          run={backups.drill}
          elapsed={elapsed}
          none="monitoring.never_proven"
        />
        <Fact
          name={t("monitoring.last_backup")}
          run={backups.full}
          elapsed={elapsed}
          none="monitoring.never_made"
        />
        <Fact
          name={t("monitoring.archive")}
          run={backups.archive}
          elapsed={elapsed}
          none="monitoring.no_archive"
        />
      </dl>
      {backups.since.map((run) => (
        <Since key={`${run.kind} ${run.outcome}`} run={run} elapsed={elapsed} />
      ))}
    </Section>
  );
}

interface FactProps {
  name: string;
  run: Run | null | undefined;
  elapsed: number;
  none: MessageId;
}

function Fact({ name, run, elapsed, none }: FactProps) {
  const t = useT();
  const format = useFormat();
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {run ? (
          <>
            <time
              dateTime={run.finished_at ?? run.started_at}
              title={format.exact(run.finished_at ?? run.started_at)}
            >
              {t("monitoring.ago", { age: format.age(run.age_seconds + elapsed) })}
            </time>
            <span className={styles.small}>
              {run.name && <bdi className={styles.code}>{run.name}</bdi>}
              {run.bytes != null && ` ${format.bytes(run.bytes)}`}
            </span>
          </>
        ) : (
          <State tone="warning">{t(none)}</State>
        )}
      </dd>
    </>
  );
}

/** What runs now, or failed and was not made good. */
function Since({ run, elapsed }: { run: Run; elapsed: number }) {
  const t = useT();
  const format = useFormat();
  const what = t(kinds[run.kind] ?? "monitoring.backup_full");
  const age = format.age(run.age_seconds + elapsed);
  const failed = run.outcome === "failed";
  return (
    <div className={styles.run}>
      <State tone={failed ? "danger" : "waiting"}>
        {t(failed ? "monitoring.run_failed" : "monitoring.run_goes_on", { what, age })}
      </State>
      {run.error && (
        <p className={styles.reason}>
          <bdi>{run.error}</bdi>
        </p>
      )}
    </div>
  );
}
