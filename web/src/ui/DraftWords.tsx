import type { DraftKeeper, DraftSnapshot } from "@/lib/drafts/keeper";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "./Button";
import styles from "./DraftWords.module.css";
import { Notice } from "./Notice";

type Draft = DraftSnapshot & { keeper: DraftKeeper };

/** Where the typed words are, e.g. "saved 14:02". */
export function DraftWords({ draft }: { draft: Draft }) {
  const t = useT();
  const format = useFormat();
  const { state, savedAt } = draft;
  if (state === "here") return <p className={styles.words}>{t("drafts.here")}</p>;
  if (state !== "unsaved" && state !== "saving" && state !== "saved" && state !== "failed") return null;
  const time = savedAt ? format.time(savedAt) : "";
  return <p className={styles.words}>{t(`drafts.${state}`, { time })}</p>;
}

/** Two windows, two texts: both are shown, and the writer chooses. */
export function DraftConflict({ draft }: { draft: Draft }) {
  const t = useT();
  if (draft.state !== "conflict") return null;
  return (
    <Notice tone="warning">
      <p>{t("drafts.conflict")}</p>
      <blockquote className={styles.theirs} dir="auto">
        {draft.theirs}
      </blockquote>
      <div className={styles.choice}>
        <Button onClick={() => draft.keeper.keepMine()}>{t("drafts.keep_mine")}</Button>
        <Button onClick={() => draft.keeper.takeTheirs()}>{t("drafts.take_theirs")}</Button>
      </div>
    </Notice>
  );
}
