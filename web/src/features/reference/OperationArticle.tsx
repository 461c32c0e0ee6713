import { memo } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { CodeBlock } from "./CodeBlock";
import { curlOf, exampleOf } from "./example";
import { FieldList, TypeName } from "./FieldList";
import { type Document, type Entry, type Operation, schemaOf } from "./openapi";
import styles from "./ReferencePage.module.css";
import { Words } from "./Words";

interface Props {
  document: Document;
  entry: Entry;
}

function Parameters({ document, entry }: Props) {
  const t = useT();
  if (entry.parameters.length === 0) return null;
  return (
    <section>
      <h3 className={styles.heading}>{t("reference.parameters")}</h3>
      <ul className={styles.fields}>
        {entry.parameters.map((parameter) => (
          <li key={`${parameter.in} ${parameter.name}`} className={styles.field}>
            <code className={styles.name}>{parameter.name}</code>
            <TypeName document={document} schema={parameter.schema ?? {}} />
            <span className={styles.quiet}>{parameter.in}</span>
            {parameter.required && <span className={styles.required}>{t("reference.required")}</span>}
            {parameter.description && <Words text={parameter.description} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who may call: with a session, or with a token of a scope. */
function Callers({ security }: { security: Operation["security"] }) {
  const t = useT();
  if (!security) return null;
  const token = security.find((way) => way.token)?.token;
  const scope = token?.[0];
  return (
    <p className={styles.quiet}>
      {t("reference.who")} {security.length === 0 && t("reference.anybody")}
      {security.some((way) => way.session) && t("reference.session")}{" "}
      {scope ? t("reference.or_token") : token && t("reference.any_token")}{" "}
      {scope && <code dir="ltr">{scope}</code>}
    </p>
  );
}

function Responses({ document, entry }: Props) {
  const t = useT();
  return (
    <section>
      <h3 className={styles.heading}>{t("reference.responses")}</h3>
      <ul className={styles.fields}>
        {Object.entries(entry.operation.responses).map(([status, response]) => {
          const body = schemaOf(response.content);
          return (
            <li key={status} className={styles.field}>
              <code className={styles.name}>{status}</code>
              {body && <TypeName document={document} schema={body.schema} />}
              <span className={styles.quiet}>{response.description}</span>
              {body && status.startsWith("2") && (
                <FieldList document={document} schema={body.schema} folded />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Examples({ document, entry }: Props) {
  const t = useT();
  const good = Object.entries(entry.operation.responses).find(([status]) => status.startsWith("2"));
  const answer = schemaOf(good?.[1].content);
  const isJson = answer?.mediaType === "application/json";
  return (
    <div className={styles.examples}>
      <CodeBlock label={t("reference.example")} code={curlOf(document, entry, window.location.origin)} />
      {answer && isJson && (
        <CodeBlock
          label={`${t("reference.answer")} ${good?.[0]}`}
          code={JSON.stringify(exampleOf(document, answer.schema), null, 2)}
        />
      )}
    </div>
  );
}

/** The document is written in English by the server's own handlers; only our words around it are translated. */
export const OperationArticle = memo(function OperationArticle({ document, entry }: Props) {
  const t = useT();
  const { id, method, path, operation } = entry;
  const body = schemaOf(operation.requestBody?.content);
  return (
    <article id={id} className={styles.operation}>
      <div className={styles.text}>
        <h2 className={styles.operationName} lang="en" dir="ltr">
          {id.replaceAll("_", " ")}
        </h2>
        <p className={styles.address} dir="ltr">
          <span className={styles.method} data-method={method}>
            {method}
          </span>
          <code>{path}</code>
        </p>
        {operation.summary && <Words text={operation.summary} />}
        {operation.description && <Words text={operation.description} />}
        <Callers security={operation.security} />
        <Parameters document={document} entry={entry} />
        {body && (
          <section>
            <h3 className={styles.heading}>
              {t("reference.body")} <code className={styles.quiet}>{body.mediaType}</code>
            </h3>
            <FieldList document={document} schema={body.schema} />
          </section>
        )}
        <Responses document={document} entry={entry} />
      </div>
      <Examples document={document} entry={entry} />
    </article>
  );
});
