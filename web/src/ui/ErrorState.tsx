import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "./Button";
import { EmptyState } from "./EmptyState";
import styles from "./ErrorState.module.css";
import { AlertIcon } from "./icons";

/** In the place of what could not be loaded: why, and a way on. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  const refused = error instanceof ProblemError ? error : undefined;
  // What is not there, or not this person's, does not come by asking again, and nobody has to look into it.
  const isFinal = refused?.key === "not-found" || refused?.key === "forbidden";
  return (
    <div role="alert">
      <EmptyState
        icon={<AlertIcon size={24} />}
        title={errorWords(t, error)}
        action={retry && !isFinal && <Button onClick={retry}>{t("common.try_again")}</Button>}
      >
        {refused?.instance && !isFinal && <code className={styles.instance}>{refused.instance}</code>}
      </EmptyState>
    </div>
  );
}
