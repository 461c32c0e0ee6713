import { useMutation } from "@tanstack/react-query";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { type AnySession, switchOrganization } from "@/lib/session/session";
import { ForwardIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { destination } from "./next";
import styles from "./SignInPage.module.css";

interface Props {
  session: AnySession;
  next: string | undefined;
  /** The organization that the server opened the session in was the right one. */
  onStay: () => void;
}

/** One account may belong to several organizations; which one is asked once, at the door. */
export function ChooseOrganization({ session, next, onStay }: Props) {
  const t = useT();
  const change = useMutation({
    mutationFn: (id: string) => switchOrganization(id, (role) => destination(role, next)),
  });

  function choose(id: string) {
    if (id === session.organization?.id) onStay();
    else change.mutate(id);
  }

  return (
    <>
      <h1 className={styles.title}>{t("session.choose_organization")}</h1>
      <p className={styles.lead}>{t("session.choose_lead")}</p>
      {change.isError && <Notice tone="danger">{errorWords(t, change.error)}</Notice>}
      <ul className={styles.organizations}>
        {session.organizations.map((option) => (
          <li key={option.id}>
            <button
              type="button"
              className={styles.organization}
              onClick={() => choose(option.id)}
              disabled={change.isPending}
            >
              <bdi className={styles.name}>{option.name}</bdi>
              <span className={styles.role}>{t(`role.${option.role}`)}</span>
              <ForwardIcon size={16} className={styles.forward} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
