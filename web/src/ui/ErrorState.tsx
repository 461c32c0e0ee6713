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
  const instance = error instanceof ProblemError ? error.instance : undefined;
  return (
    <div role="alert">
      <EmptyState
        icon={<AlertIcon size={24} />}
        title={errorWords(t, error)}
        action={retry && <Button onClick={retry}>{t("common.try_again")}</Button>}
      >
        {instance && <code className={styles.instance}>{instance}</code>}
      </EmptyState>
    </div>
  );
}
