import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Notice } from "@/ui/Notice";

/** Why the server did not take it; what it says of single fields stands with them in its own words. */
export function Refusal({ error }: { error: unknown }) {
  const t = useT();
  if (!error) return null;
  const errors = error instanceof ProblemError ? error.errors : [];
  if (errors.length === 0) return <Notice tone="danger">{errorWords(t, error)}</Notice>;
  return (
    <Notice tone="danger">
      <ul>
        {errors.map(({ pointer, code, detail }) => (
          <li key={pointer}>{code === "unreachable" ? t("settings.unreachable") : detail}</li>
        ))}
      </ul>
    </Notice>
  );
}
