import createClient, { type Middleware } from "openapi-fetch";
import { acting } from "./acting";
import { expiry } from "./expiry";
import { randomKey } from "./key";
import { problemOf, UnreachableError } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** POSTs that make something new: a retry after a lost answer must not make it twice. */
const creating = /\/(tickets|messages|people|companies)$/;

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new UnreachableError("the server did not answer", { cause });
  }
}

async function sendWithSession(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await send(request);
  const asksForSession = /\/api\/v1\/session(\/(second-factor|passkey).*)?$/.test(request.url);
  if (response.status !== 401 || asksForSession || !expiry.isSignedIn()) return response;
  return (await expiry.wait()) ? send(again) : response;
}

const refusals: Middleware = {
  onRequest({ request }) {
    const named = request.headers.has("Idempotency-Key");
    if (request.method === "POST" && !named && creating.test(new URL(request.url).pathname)) {
      request.headers.set("Idempotency-Key", randomKey());
    }
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (problem.key === "impersonation-over") acting.noteOver();
    throw problem;
  },
};

export const client = createClient<paths>({ baseUrl: window.location.origin, fetch: sendWithSession });
client.use(refusals);

/** The data of an answer; refusals have been thrown as ProblemError before. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** `If-Match` with the version that was seen. */
export function seen(version: number) {
  return { "If-Match": `"${version}"` };
}
