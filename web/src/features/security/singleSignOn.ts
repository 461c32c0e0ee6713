import { queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas, seen } from "@/api/client";

const address = "/api/v1/organization/single-sign-on";

export type State = Schemas["SingleSignOnState"];
export type Settings = Schemas["SingleSignOn"];
export type Rule = Schemas["RoleRule"] & { key: number };

export const singleSignOnQuery = queryOptions({
  queryKey: ["single-sign-on"],
  queryFn: () => data(client.GET(address)),
});

/** Everything as it is typed; lists come into being when it is sent. */
export interface Form extends Omit<Settings, "email_domains" | "scopes" | "role_rules" | "company_claim"> {
  email_domains: string;
  scopes: string;
  role_rules: Rule[];
  /** Empty: none. */
  company_claim: string;
  /** What replaces the secret that is kept. Empty: nothing does. */
  client_secret: string;
  required: boolean;
}

export function formOf({ settings, required }: State): Form {
  const given: Settings = settings ?? {
    enabled: true,
    issuer: "",
    client_id: "",
    label: "",
    scopes: ["email", "profile"],
    email_claim: "email",
    name_claim: "name",
    company_claim: null,
    unstated_email_accepted: false,
    email_domains: [],
    role_rules: [],
    default_role: null,
    second_factor: "ours",
  };
  return {
    ...given,
    email_domains: given.email_domains.join(", "),
    scopes: given.scopes.join(" "),
    role_rules: given.role_rules.map((rule, key) => ({ ...rule, key })),
    company_claim: given.company_claim ?? "",
    client_secret: "",
    required,
  };
}

const listed = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

export function save(form: Form, version: number): Promise<State> {
  const { client_secret, required, ...rest } = form;
  const settings = {
    ...rest,
    email_domains: listed(form.email_domains),
    scopes: listed(form.scopes),
    role_rules: form.role_rules.map(({ key: _, ...rule }) => rule),
    company_claim: form.company_claim.trim() || null,
  };
  const secret = client_secret ? { client_secret } : {};
  return data(
    client.PUT(address, {
      params: { header: seen(version) },
      body: { settings, required, ...secret },
    }),
  );
}

export const remove = () => data(client.DELETE(address));
export const check = () => data(client.POST("/api/v1/organization/single-sign-on/check"));
