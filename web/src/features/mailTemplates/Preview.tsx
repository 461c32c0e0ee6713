import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { Notice } from "@/ui/Notice";
import styles from "./MailTemplates.module.css";
import { type Draft, previewQuery, type Template } from "./queries";

const pauseMs = 400;

/** The mail as its recipient would get it, with examples in the places; follows the typing. */
export function Preview({ template, draft }: { template: Template; draft: Draft }) {
  const t = useT();
  const [asText, setAsText] = useState(false);
  const settled = useSettled(draft);
  const preview = useQuery({ ...previewQuery(template, settled), placeholderData: keepPreviousData });
  return (
    <section className={styles.preview} aria-label={t("mail_templates.preview")}>
      <header>
        <h2>{t("mail_templates.preview")}</h2>
        <Button size="small" aria-pressed={asText} onClick={() => setAsText(!asText)}>
          {t("outbox.as_text")}
        </Button>
      </header>
      {preview.isError && <Notice tone="warning">{refusal(t, preview.error)}</Notice>}
      {preview.data && !preview.isError && (
        <>
          <p className={styles.previewSubject} dir="auto">
            {preview.data.subject}
          </p>
          {asText ? (
            <div className={styles.text} dir="auto">
              {preview.data.text}
            </div>
          ) : (
            <HtmlFrame title={t("mail_templates.preview")} html={preview.data.html} />
          )}
        </>
      )}
    </section>
  );
}

/** What is wrong with the words stands in the server's own. */
function refusal(t: ReturnType<typeof useT>, error: unknown): string {
  const details = error instanceof ProblemError ? error.errors.map(({ detail }) => detail) : [];
  return details.length > 0 ? details.join(" · ") : errorWords(t, error);
}

/** The draft, once the typing pauses. */
function useSettled(draft: Draft): Draft {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), pauseMs);
    return () => clearTimeout(timer);
  }, [draft]);
  return settled;
}
