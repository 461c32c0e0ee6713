import { useMutation } from "@tanstack/react-query";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { obstacle } from "@/lib/passkeys/authenticator";
import { signInByPasskey } from "@/lib/passkeys/signIn";
import { useSuggestedPasskey } from "@/lib/passkeys/useSuggestedPasskey";
import { Button } from "@/ui/Button";
import { PasskeyIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import styles from "./SignInForm.module.css";
import type { AnySession } from "./session";

interface Props {
  /** Among what the e-mail field suggests, too. */
  suggested: boolean;
  onSignedIn: (session: AnySession) => void;
}

/** Signing in with a passkey alone, where this browser and this address can. */
export function PasskeySignIn({ suggested, onSignedIn }: Props) {
  const t = useT();
  const offered = obstacle() === null;
  const endSuggestion = useSuggestedPasskey(suggested && offered, onSignedIn);
  const attempt = useMutation({ mutationFn: () => signInByPasskey(), onSuccess: onSignedIn });
  if (!offered) return null;

  function begin() {
    endSuggestion();
    attempt.mutate();
  }

  return (
    <div className={styles.other}>
      <p className={styles.or}>{t("passkey.or")}</p>
      {attempt.isError && <Notice tone="danger">{errorWords(t, attempt.error)}</Notice>}
      <Button size="large" icon={<PasskeyIcon size={16} />} busy={attempt.isPending} onClick={begin}>
        {t("passkey.sign_in")}
      </Button>
    </div>
  );
}
