/** As much of OpenAPI 3.1 as our own generator writes. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  nullable?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

export interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { $ref?: string; description?: string; content?: Content }>;
  /** Each is enough; none means that nobody is asked. */
  security?: { session?: string[]; token?: string[] }[];
}

export interface Document {
  info: { version: string };
  paths: Record<string, Record<string, Operation | Parameter[]>>;
  components?: {
    schemas?: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    responses?: Record<string, { description?: string; content?: Content }>;
  };
}

export interface Entry {
  id: string;
  tag: string;
  method: string;
  path: string;
  operation: Operation;
  parameters: Parameter[];
}

const methods = ["get", "post", "put", "patch", "delete"];

export const lastPart = (reference: string) => reference.split("/").at(-1) ?? "";

/** What a reference points at; anything else is itself. */
export function resolve(document: Document, schema: Schema | undefined): Schema {
  if (!schema?.$ref) return schema ?? {};
  return document.components?.schemas?.[lastPart(schema.$ref)] ?? {};
}

/** All operations in the order of the document, with the parameters of their path. */
export function entriesOf(document: Document): Entry[] {
  const parameter = (given: Parameter) =>
    given.$ref ? (document.components?.parameters?.[lastPart(given.$ref)] ?? given) : given;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => method in item)
      .map((method) => {
        const operation = item[method] as Operation;
        const shared = (item.parameters as Parameter[] | undefined) ?? [];
        return {
          id: operation.operationId ?? `${method}-${path}`,
          tag: operation.tags?.[0] ?? "",
          method,
          path,
          operation,
          parameters: [...shared, ...(operation.parameters ?? [])].map(parameter),
        };
      }),
  );
}

/** Operations that have every word somewhere in name, address or description. */
export function search(entries: Entry[], words: string): Entry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ id, tag, method, path, operation }) => {
    const text = [id, tag, method, path, operation.summary, operation.description].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

export function schemaOf(content: Content | undefined): { mediaType: string; schema: Schema } | null {
  const [first] = Object.entries(content ?? {});
  return first?.[1].schema ? { mediaType: first[0], schema: first[1].schema } : null;
}
