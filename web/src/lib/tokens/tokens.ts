import { client, data, type Schemas } from "@/api/client";

export type ApiToken = Schemas["ApiToken"];
export type CreatedApiToken = Schemas["CreatedApiToken"];
export type Scope = Schemas["Scope"];
type Role = Schemas["Role"];

export interface WantedToken {
  name: string;
  scopes: Scope[];
  /** null: never. */
  expires_at: string | null;
  role: Role;
}

/** Whose tokens they are: one's own, or the organization's. */
export interface TokenOwner {
  key: string;
  isMachine: boolean;
  list: () => Promise<ApiToken[]>;
  create: (wanted: WantedToken) => Promise<CreatedApiToken>;
  revoke: (id: string) => Promise<unknown>;
}

const mine = "/api/v1/profile/tokens";
const ours = "/api/v1/organization/tokens";

export const personalTokens: TokenOwner = {
  key: "personal-tokens",
  isMachine: false,
  list: () => data(client.GET(mine)),
  create: ({ name, scopes, expires_at }) =>
    data(client.POST(mine, { body: { name, scopes, expires_at: expires_at ?? "" } })),
  revoke: (id) => data(client.DELETE(`${mine}/{id}`, { params: { path: { id } } })),
};

export const machineTokens: TokenOwner = {
  key: "machine-tokens",
  isMachine: true,
  list: () => data(client.GET(ours)),
  create: (wanted) => data(client.POST(ours, { body: wanted })),
  revoke: (id) => data(client.DELETE(`${ours}/{id}`, { params: { path: { id } } })),
};

const all: Scope[] = [
  "tickets:read",
  "tickets:write",
  "people:read",
  "people:write",
  "settings:read",
  "settings:write",
  "audit:read",
];

/** What a token of this role could ever use. The server decides; this keeps the useless out of sight. */
export function scopesOf(role: Role): Scope[] {
  if (role === "admin") return all;
  const customers = role === "customer" || role === "customer_admin";
  return all.slice(0, customers ? 2 : 3);
}

/** Who may write may read. */
export const isCovered = (scope: Scope, chosen: Scope[]) =>
  chosen.some((other) => other !== scope && other.replace(":write", ":read") === scope);

/** A moment that many days from now, as the server reads it. */
export const inDays = (days: number, now = Date.now()) => new Date(now + days * 86_400_000).toISOString();
