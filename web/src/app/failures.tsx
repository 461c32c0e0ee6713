import type { ErrorComponentProps } from "@tanstack/react-router";
import { ProblemError, UnreachableError } from "@/api/problem";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { Emblem } from "@/ui/Emblem";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { Link } from "@/ui/Link";
import styles from "./failures.module.css";

export function MissingPage() {
  const t = useT();
  return (
    <div className={styles.page}>
      <EmptyState
        isPage
        icon={<Emblem size={40} />}
        title={t("page.not_found")}
        action={
          <Link to={paths.landing()} className={styles.link}>
            {t("page.home")}
          </Link>
        }
      >
        {t("page.not_found_lead")}
      </EmptyState>
    </div>
  );
}

/** Where no frame of a face is around it, a page brings its own main landmark. */
export function MissingAlone() {
  return (
    <main>
      <MissingPage />
    </main>
  );
}

export function BrokenAlone(props: ErrorComponentProps) {
  return (
    <main>
      <BrokenPage {...props} />
    </main>
  );
}

/** A page that threw: what the server said if it was the server, else an apology with a way on. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const t = useT();
  if (error instanceof ProblemError || error instanceof UnreachableError) {
    return (
      <div className={styles.page}>
        <ErrorState error={error} retry={() => window.location.reload()} />
      </div>
    );
  }
  return (
    <div className={styles.page} role="alert">
      <EmptyState
        isPage
        icon={<Emblem size={40} />}
        title={t("page.broken")}
        action={
          <Button
            tone="primary"
            onClick={() => {
              reset();
              window.location.reload();
            }}
          >
            {t("page.reload")}
          </Button>
        }
      >
        {t("page.broken_lead")}
      </EmptyState>
    </div>
  );
}
