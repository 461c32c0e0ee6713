import { ProblemError, UnreachableError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import type { Translate } from "@/lib/i18n/catalogue";

/** Why a file did not arrive and what to do with it; the typed text is never touched by it. */
export function uploadWords(t: Translate, error: unknown): string {
  if (error instanceof UnreachableError) return t("files.cut_off");
  const status = error instanceof ProblemError ? error.status : 0;
  if (status === 413) return t("files.too_large");
  if (status === 507) return t("files.disk_full");
  return errorWords(t, error);
}
