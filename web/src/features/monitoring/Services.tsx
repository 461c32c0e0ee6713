import type { Schemas } from "@/api/client";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useFormat, useI18n, useT } from "@/lib/i18n/I18nProvider";
import styles from "./Monitoring.module.css";
import { Section } from "./Section";
import { State, type Tone } from "./State";

type Component = Schemas["HealthComponent"];

const tones: Record<Component["status"], Tone> = { pass: "good", warn: "warning", fail: "danger" };
const ranks = { fail: 0, warn: 1, pass: 2 };

/** What the parts are called; one that is new keeps the server's name. */
const names: Record<string, MessageId> = {
  database: "monitoring.part_database",
  isolation: "monitoring.part_isolation",
  backup: "monitoring.part_backup",
  restore: "monitoring.part_restore",
  certificate: "monitoring.part_certificate",
  disk: "monitoring.part_disk",
  migrations: "monitoring.part_migrations",
  clock: "monitoring.part_clock",
  worker: "monitoring.part_worker",
  queue: "monitoring.part_queue",
  mail: "monitoring.part_mail",
  dead_letters: "monitoring.dead_letters",
};

const observed: Record<string, { id: MessageId; measure: "age" | "bytes" | "number" }> = {
  database: { id: "monitoring.observed_ms", measure: "number" },
  disk: { id: "monitoring.observed_free", measure: "bytes" },
  certificate: { id: "monitoring.observed_left", measure: "age" },
  clock: { id: "monitoring.observed_ahead", measure: "age" },
  queue: { id: "monitoring.observed_oldest", measure: "age" },
  "mail:outgoing": { id: "monitoring.observed_oldest", measure: "age" },
};

interface Props {
  components: Component[];
  elapsed: number;
  /** The server's time of the answer. */
  at: string;
}

/** Every part of the installation; what needs somebody first. */
export function Services({ components, elapsed, at }: Props) {
  const t = useT();
  const sorted = [...components].sort((a, b) => ranks[a.status] - ranks[b.status]);
  const amiss = components.filter(({ status }) => status !== "pass").length;
  return (
    <Section
      title={t("monitoring.services")}
      beside={
        <State tone={amiss === 0 ? "good" : tones[sorted[0]?.status ?? "pass"]}>
          {t("monitoring.amiss", { count: amiss })}
        </State>
      }
    >
      <ul className={styles.cards}>
        {sorted.map((component) => (
          <Card key={component.name} component={component} elapsed={elapsed} at={at} />
        ))}
      </ul>
    </Section>
  );
}

function Card({ component, elapsed, at }: Omit<Props, "components"> & { component: Component }) {
  const t = useT();
  const { locale } = useI18n();
  const { name, status, output, since } = component;
  const [part = name, which] = name.split(":");
  const known = names[part];
  return (
    <li className={styles.card} data-status={status}>
      <h3 className={styles.part}>
        {known ? t(known) : name}
        {which && " "}
        {which && <bdi className={styles.which}>{which}</bdi>}
      </h3>
      <State tone={tones[status]}>{t(`monitoring.status_${status}`)}</State>
      <Observed component={component} />
      {since && <Since since={since} at={at} elapsed={elapsed} />}
      {output && (
        <p className={styles.output}>
          <bdi lang={locale === "en" ? undefined : "en"}>{output}</bdi>
        </p>
      )}
    </li>
  );
}

/** By the server's clock: this machine's may be wrong. */
function Since({ since, at, elapsed }: { since: string; at: string; elapsed: number }) {
  const t = useT();
  const format = useFormat();
  const seconds = (Date.parse(at) - Date.parse(since)) / 1000 + elapsed;
  // A certificate's end lies ahead.
  if (seconds < 0) return null;
  return (
    <time dateTime={since} title={format.exact(since)} className={styles.small}>
      {t("monitoring.since", { age: format.age(seconds) })}
    </time>
  );
}

/** The number that says how near to trouble it is; of the others the sentence tells enough. */
function Observed({ component: { name, observed_value: value, since } }: { component: Component }) {
  const t = useT();
  const format = useFormat();
  const words = observed[name.split(":")[0] ?? name] ?? observed[name];
  if (value == null || !words || (words.measure === "age" && since)) return null;
  const values = {
    age: { age: format.age(Math.abs(value)) },
    bytes: { value: format.bytes(value) },
    number: { value: format.number(value) },
  };
  return <span className={styles.small}>{t(words.id, values[words.measure])}</span>;
}
