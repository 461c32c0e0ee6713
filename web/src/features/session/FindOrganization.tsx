import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import styles from "./SignInPage.module.css";

/** Who does not have the organization's own sign-in address says its short name. Nothing is guessed from an e-mail. */
export function FindOrganization({ next }: { next: string | undefined }) {
  const t = useT();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [slug, setSlug] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = slug.trim().toLowerCase();
    if (wanted) void navigate({ to: paths.signInTo(wanted), search: { next } as never });
  }

  return (
    <div className={styles.find}>
      {open ? (
        <form className={styles.findForm} onSubmit={submit}>
          <Field
            label={t("single_sign_on.which")}
            hint={t("single_sign_on.which_hint")}
            dir="ltr"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
            value={slug}
            onChange={(event) => setSlug(event.target.value)}
          />
          <Button type="submit">{t("single_sign_on.continue")}</Button>
        </form>
      ) : (
        <Button tone="quiet" className={styles.findButton} onClick={() => setOpen(true)}>
          {t("single_sign_on.sign_in_way")}
        </Button>
      )}
    </div>
  );
}
