import type { ErrorComponentProps } from "@tanstack/react-router";
import { ProblemError, UnreachableError } from "@/api/problem";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { signOut } from "@/lib/session/session";
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

/** The organization does not let this address in: what the server sees, and the ways on. */
function AddressPage({ address }: { address: string | undefined }) {
  const t = useT();
  return (
    <div className={styles.page} role="alert">
      <EmptyState
        isPage
        icon={<Emblem size={40} />}
        title={t("page.address")}
        action={
          <div className={styles.actions}>
            <Button onClick={() => void signOut(paths.signIn())}>{t("session.sign_out")}</Button>
            <Button tone="primary" onClick={() => window.location.reload()}>
              {t("common.try_again")}
            </Button>
          </div>
        }
      >
        {t("page.address_lead")} {address && t("page.address_yours", { address })} {t("page.address_way")}
      </EmptyState>
    </div>
  );
}

/** A page that threw: what the server said if it was the server, else an apology with a way on. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const t = useT();
  if (error instanceof ProblemError && error.key === "address-not-allowed") {
    return <AddressPage address={error.address} />;
  }
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
