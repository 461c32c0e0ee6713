import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { problemOf } from "@/api/problem";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { Field } from "@/ui/Field";
import { PublicFrame } from "@/ui/PublicFrame";
import { SkeletonRows } from "@/ui/Skeleton";
import { CodeBlock } from "./CodeBlock";
import { curlOf } from "./example";
import { OperationArticle } from "./OperationArticle";
import { OperationIndex } from "./OperationIndex";
import { type Document, entriesOf, search } from "./openapi";
import styles from "./ReferencePage.module.css";

const address = "/api/v1/openapi.json";

async function fetchDocument(): Promise<Document> {
  const response = await fetch(address);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Document;
}

function Reference({ document }: { document: Document }) {
  const t = useT();
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words);
  const all = useMemo(() => entriesOf(document), [document]);
  const entries = useMemo(() => search(all, wanted), [all, wanted]);
  const signIn = all.find(({ id }) => id === "create_session");
  return (
    <div className={styles.columns}>
      <aside className={styles.aside}>
        <Field
          label={t("reference.search")}
          hideLabel
          type="search"
          placeholder={t("reference.search")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <p className={styles.count} role="status">
          {t("reference.found", { count: entries.length })}
        </p>
        <OperationIndex entries={entries} />
      </aside>
      <div className={styles.content}>
        <h1 className={styles.title}>{t("reference.title")}</h1>
        <p className={styles.lead}>
          {t("reference.lead", { version: document.info.version })}{" "}
          <a href={address} className={styles.link}>
            {t("reference.download")}
          </a>
        </p>
        {signIn && (
          <CodeBlock label={t("reference.begin")} code={curlOf(document, signIn, window.location.origin)} />
        )}
        {entries.map((entry) => (
          <OperationArticle key={`${entry.method} ${entry.path}`} document={document} entry={entry} />
        ))}
      </div>
    </div>
  );
}

export function ReferencePage() {
  const t = useT();
  usePlace({ label: t("reference.title") });
  const { data: document, error, refetch } = useQuery({ queryKey: ["openapi"], queryFn: fetchDocument });
  return (
    <PublicFrame wide>
      {error && <ErrorState error={error} retry={() => void refetch()} />}
      {!document && !error && <SkeletonRows count={10} height={56} />}
      {document && <Reference document={document} />}
    </PublicFrame>
  );
}
