import type { useDraft } from "@/lib/drafts/useDraft";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Composer.module.css";

/** Two tabs wrote the same draft: both texts side by side, nothing is thrown away unread. */
export function DraftConflict({ draft }: { draft: ReturnType<typeof useDraft> }) {
  const t = useT();
  return (
    <Notice tone="warning">
      <strong>{t("composer.conflict")}</strong>
      <p>{t("composer.conflict_lead")}</p>
      <div className={styles.texts}>
        <Text title={t("composer.conflict_here")} text={draft.body}>
          <Button size="small" onClick={() => draft.keeper.keepMine()}>
            {t("composer.keep_here")}
          </Button>
        </Text>
        <Text title={t("composer.conflict_there")} text={draft.theirs ?? ""}>
          <Button size="small" onClick={() => draft.keeper.takeTheirs()}>
            {t("composer.take_there")}
          </Button>
        </Text>
      </div>
    </Notice>
  );
}

function Text({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <figure className={styles.version}>
      <figcaption>{title}</figcaption>
      <blockquote dir="auto">{text}</blockquote>
      {children}
    </figure>
  );
}
