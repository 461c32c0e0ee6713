import { ProblemError, UnreachableError } from "@/api/problem";
import type { MessageId, Translate } from "./i18n/catalogue";
import { PasskeyError } from "./passkeys/PasskeyError";

/** Problem types that have words of their own in every language; others fall back by status. */
const known: Record<string, MessageId> = {
  unauthenticated: "problem.unauthenticated",
  "passkey-refused": "passkey.refused",
  forbidden: "problem.forbidden",
  "second-factor-required": "problem.second_factor_required",
  impersonating: "problem.impersonating",
  "impersonation-over": "impersonation.over",
  "address-not-allowed": "problem.address_not_allowed",
  "single-sign-on-required": "problem.single_sign_on_required",
  "not-found": "problem.not_found",
  stale: "problem.stale",
  "illegal-transition": "problem.illegal_transition",
  validation: "problem.validation",
  throttled: "problem.throttled",
  "file-too-large": "problem.file_too_large",
  "disk-full": "problem.disk_full",
  unavailable: "problem.unavailable",
};

const byStatus: Record<number, MessageId> = {
  401: "problem.unauthenticated",
  403: "problem.forbidden",
  404: "problem.not_found",
  409: "problem.illegal_transition",
  412: "problem.stale",
  413: "problem.file_too_large",
  422: "problem.validation",
  429: "problem.throttled",
  502: "problem.unavailable",
  503: "problem.unavailable",
  504: "problem.unavailable",
  507: "problem.disk_full",
};

/** What went wrong, in the reader's language, and what can be done about it. */
export function errorWords(t: Translate, error: unknown): string {
  if (error instanceof UnreachableError) return t("problem.unreachable");
  if (error instanceof PasskeyError) return t(`passkey.${error.refusal}`);
  if (!(error instanceof ProblemError)) return t("problem.unexpected");
  if (error.status === 429 && error.retryAfter)
    return t("problem.throttled_for", { seconds: error.retryAfter });
  const id = known[error.key] ?? byStatus[error.status];
  return id ? t(id) : t("problem.unexpected");
}

/** The server's objection to one field, e.g. `fieldError(error, "subject")`. */
export function fieldError(t: Translate, error: unknown, field: string): string | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const found = error.errors.find((item) => item.pointer === `#/${field}`);
  if (!found) return undefined;
  const words: Record<string, MessageId> = {
    required: "invalid.required",
    too_long: "invalid.too_long",
    too_short: "invalid.too_short",
    too_weak: "invalid.too_weak",
    taken: "invalid.taken",
    format: "invalid.format",
  };
  const id = found.code ? words[found.code] : undefined;
  return id ? t(id) : found.detail;
}
