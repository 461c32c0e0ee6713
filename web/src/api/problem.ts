import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];
export type Conflict = components["schemas"]["Conflict"];

/** What the server refused, RFC 9457. `type` is the stable key that words are chosen by. */
export class ProblemError extends Error {
  readonly type: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly instance: string | undefined;
  readonly errors: NonNullable<Problem["errors"]>;
  readonly conflicts: Conflict[];
  /** Where the request came from, where that is the problem. */
  readonly address: string | undefined;
  /** Seconds to wait before trying again, where the server says so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: string | null = null) {
    super(problem.detail ?? problem.title);
    this.name = "ProblemError";
    this.type = problem.type;
    this.status = problem.status;
    this.detail = problem.detail ?? undefined;
    this.instance = problem.instance ?? undefined;
    this.errors = problem.errors ?? [];
    this.conflicts = problem.conflicts ?? [];
    this.address = problem.address ?? undefined;
    this.retryAfter = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  }

  /** The last part of `type`: "validation", "stale", … */
  get key(): string {
    return this.type.split("/").at(-1) ?? "";
  }
}

/** The server did not answer at all. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
}

export async function problemOf(response: Response): Promise<ProblemError> {
  const fallback = {
    type: `/problems/http-${response.status}`,
    title: response.statusText,
    status: response.status,
  };
  const body: unknown = await response.json().catch(() => null);
  const known = body !== null && typeof body === "object" && "type" in body && "status" in body;
  return new ProblemError(known ? (body as Problem) : fallback, response.headers.get("Retry-After"));
}
