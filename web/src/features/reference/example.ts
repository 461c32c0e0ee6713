import { type Document, type Entry, lastPart, resolve, type Schema, schemaOf } from "./openapi";

const byFormat: Record<string, string> = {
  uuid: "0199a7c2-4f6b-7c31-9d0e-5b2f8a6c1e47",
  "date-time": "2026-11-20T14:02:00Z",
  date: "2026-11-20",
};

const typesOf = ({ type }: Schema) => (Array.isArray(type) ? type : [type]).filter((name) => name !== "null");

/** The variant that is not null, and everything that is said together with it. */
function variant(schema: Schema): Schema | undefined {
  const variants = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  return variants?.find((option) => option.type !== "null");
}

/** A value that this schema allows; the same each time, so that the page does not change under its reader. */
export function exampleOf(document: Document, schema: Schema, seen: string[] = []): unknown {
  if (schema.$ref) {
    const name = lastPart(schema.$ref);
    return seen.includes(name) ? null : exampleOf(document, resolve(document, schema), [...seen, name]);
  }
  const given = schema.example ?? schema.examples?.[0] ?? schema.enum?.[0] ?? schema.default;
  if (given !== undefined) return given;
  const chosen = variant(schema);
  if (chosen) return exampleOf(document, chosen, seen);
  const [type] = typesOf(schema);
  if (type === "array") return [exampleOf(document, schema.items ?? {}, seen)];
  if (type === "object" || schema.properties) {
    const fields = Object.entries(schema.properties ?? {});
    return Object.fromEntries(fields.map(([name, field]) => [name, exampleOf(document, field, seen)]));
  }
  if (type === "string") return byFormat[schema.format ?? ""] ?? "…";
  if (type === "boolean") return true;
  return type === "integer" || type === "number" ? (schema.minimum ?? 1) : {};
}

const quoted = (text: string) => `'${text.replace(/'/g, "'\\''")}'`;

function address({ path, parameters }: Entry, document: Document, origin: string): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const schema = parameters.find((parameter) => parameter.name === name)?.schema ?? {};
    const value = exampleOf(document, schema);
    return name === "ticket" ? "1042" : name === "token" ? "TOKEN" : String(value);
  });
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(document, schema ?? {})))}`);
  return origin + filled + (query.length > 0 ? `?${query.join("&")}` : "");
}

/** A command that can be pasted: it signs in with the cookie of the first example on the page. */
export function curlOf(document: Document, entry: Entry, origin: string): string {
  const { method, path, parameters, operation } = entry;
  const signsIn = method === "post" && path.endsWith("/session");
  const lines = [`curl ${signsIn ? "-c" : "-b"} cookies`];
  if (method !== "get") lines[0] += ` -X ${method.toUpperCase()}`;
  if (
    parameters.some(({ in: place, name, required }) => place === "header" && required && name === "If-Match")
  ) {
    lines.push(`-H 'If-Match: "1"'`);
  }
  const body = schemaOf(operation.requestBody?.content);
  if (body?.mediaType === "application/json") {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d ${quoted(JSON.stringify(exampleOf(document, body.schema)))}`);
  } else if (body) {
    lines.push(`-H 'Content-Type: ${body.mediaType}'`, "--data-binary @file");
  }
  return [...lines, quoted(address(entry, document, origin))].join(" \\\n  ");
}
