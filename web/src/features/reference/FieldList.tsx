import type { Translate } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { type Document, lastPart, resolve, type Schema } from "./openapi";
import styles from "./ReferencePage.module.css";
import { Words } from "./Words";

const isNull = (schema: Schema) => schema.type === "null";

const innerOf = ({ items, oneOf, anyOf, allOf }: Schema) =>
  items ?? (oneOf ?? anyOf ?? allOf)?.find((option) => !isNull(option));

function mayBeNull(schema: Schema): boolean {
  const variants = schema.oneOf ?? schema.anyOf ?? [];
  return (
    Boolean(schema.nullable) ||
    variants.some(isNull) ||
    (Array.isArray(schema.type) && schema.type.includes("null"))
  );
}

function typeWords(t: Translate, schema: Schema): string {
  if (schema.$ref) return lastPart(schema.$ref);
  const variants = (schema.oneOf ?? schema.anyOf ?? schema.allOf)?.filter((option) => !isNull(option));
  if (variants) return variants.map((option) => typeWords(t, option)).join(" | ");
  if (schema.items) return t("reference.list_of", { type: typeWords(t, schema.items) });
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== "null") : schema.type;
  return schema.format ? `${type} (${schema.format})` : (type ?? "any");
}

function limits({ minimum, maximum, minLength, maxLength }: Schema): string {
  const from = minimum ?? minLength;
  const to = maximum ?? maxLength;
  if (from === undefined && to === undefined) return "";
  return from === undefined ? `≤ ${to}` : to === undefined ? `≥ ${from}` : `${from} – ${to}`;
}

export function TypeName({ document, schema }: { document: Document; schema: Schema }) {
  const t = useT();
  const choices = resolve(document, schema).enum;
  return (
    <span className={styles.quiet}>
      {typeWords(t, schema)} {mayBeNull(schema) && t("reference.or_null")} {limits(schema)}
      {choices && (
        <>
          {" "}
          {t("reference.one_of")} <code>{choices.join(" ")}</code>
        </>
      )}
    </span>
  );
}

/** The object that a field holds, whether directly, in a list or as the variant that is not null. */
function objectIn(document: Document, schema: Schema): Schema | null {
  const inner = innerOf(schema);
  if (inner) return objectIn(document, inner);
  const resolved = resolve(document, schema);
  return resolved.properties ? resolved : resolved.items ? objectIn(document, resolved.items) : null;
}

function nameIn(schema: Schema): string {
  if (schema.$ref) return lastPart(schema.$ref);
  const inner = innerOf(schema);
  return inner ? nameIn(inner) : "";
}

interface Props {
  document: Document;
  schema: Schema;
  folded?: boolean;
  /** Names above this one: a type that holds itself is not opened again. */
  above?: string[];
}

export function FieldList({ document, schema, folded, above = [] }: Props) {
  const t = useT();
  const object = objectIn(document, schema);
  const name = nameIn(schema);
  if (!object || above.includes(name)) return null;
  const list = (
    <ul className={styles.fields}>
      {Object.entries(object.properties ?? {}).map(([field, of]) => (
        <li key={field} className={styles.field}>
          <code className={styles.name}>{field}</code>
          <TypeName document={document} schema={of} />
          {object.required?.includes(field) && (
            <span className={styles.required}>{t("reference.required")}</span>
          )}
          {of.description && <Words text={of.description} />}
          <FieldList document={document} schema={of} folded above={[...above, name]} />
        </li>
      ))}
    </ul>
  );
  if (!folded) return list;
  return (
    <details className={styles.details}>
      <summary>{t("reference.fields", { name })}</summary>
      {list}
    </details>
  );
}
