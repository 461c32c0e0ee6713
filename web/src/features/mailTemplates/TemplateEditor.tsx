import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type RefObject, useRef, useState } from "react";
import { ProblemError } from "@/api/problem";
import { errorWords, fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Field, TextArea } from "@/ui/Field";
import { LeaveGuard } from "@/ui/LeaveGuard";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/Toast";
import styles from "./MailTemplates.module.css";
import { Preview } from "./Preview";
import { type Draft, saveTemplate, type Template, templatesQuery } from "./queries";
import { Usual } from "./Usual";

/** The words on one side, what becomes of them on the other. */
export function TemplateEditor({ template }: { template: Template }) {
  const t = useT();
  const queries = useQueryClient();
  const text = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState<Draft>({ subject: template.subject, body: template.body });
  const dirty = draft.subject !== template.subject || draft.body !== template.body;
  const saving = useMutation({
    mutationFn: () => saveTemplate(template, draft),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: templatesQuery.queryKey, exact: true });
      toast("done", t("settings.saved"));
    },
  });
  const { error } = saving;
  const isStale = error instanceof ProblemError && (error.key === "stale" || error.status === 412);

  function submit(event: FormEvent) {
    event.preventDefault();
    saving.mutate();
  }

  function insert(name: string) {
    const body = inserted(text, draft.body, `{{${name}}}`);
    setDraft({ ...draft, body });
  }

  return (
    <div className={styles.editor}>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={t("mail_templates.subject")}
          required
          maxLength={300}
          lang={template.locale}
          error={fieldError(t, error, "subject")}
          value={draft.subject}
          onChange={(event) => setDraft({ ...draft, subject: event.target.value })}
        />
        <TextArea
          ref={text}
          label={t("mail_templates.body")}
          required
          rows={14}
          lang={template.locale}
          error={fieldError(t, error, "body")}
          value={draft.body}
          onChange={(event) => setDraft({ ...draft, body: event.target.value })}
        />
        <Variables template={template} onInsert={insert} />
        {error && <Notice tone="danger">{isStale ? t("mail_templates.stale") : errorWords(t, error)}</Notice>}
        <div className={styles.actions}>
          {template.customized ? <Usual template={template} /> : <Chip>{t("mail_templates.usual")}</Chip>}
          <span className={styles.save}>
            {dirty && (
              <Button
                tone="quiet"
                onClick={() => setDraft({ subject: template.subject, body: template.body })}
              >
                {t("settings.revert")}
              </Button>
            )}
            <Button type="submit" tone="primary" busy={saving.isPending} disabled={!dirty}>
              {t("common.save")}
            </Button>
          </span>
        </div>
      </form>
      <Preview template={template} draft={draft} />
      <LeaveGuard dirty={dirty && !saving.isSuccess} />
    </div>
  );
}

/** Puts it where the cursor is, and the cursor behind it. */
function inserted(text: RefObject<HTMLTextAreaElement | null>, body: string, what: string): string {
  const start = text.current?.selectionStart ?? body.length;
  const end = text.current?.selectionEnd ?? body.length;
  requestAnimationFrame(() => {
    text.current?.focus();
    text.current?.setSelectionRange(start + what.length, start + what.length);
  });
  return body.slice(0, start) + what + body.slice(end);
}

function Variables({ template, onInsert }: { template: Template; onInsert: (name: string) => void }) {
  const t = useT();
  return (
    <section className={styles.variables}>
      <h2>{t("mail_templates.variables")}</h2>
      <p>{t("mail_templates.variables_lead")}</p>
      <ul>
        {template.variables.map(({ name, example, required }) => (
          <li key={name}>
            <button
              type="button"
              dir="ltr"
              aria-label={t("mail_templates.insert", { name })}
              onClick={() => onInsert(name)}
            >
              {`{{${name}}}`}
            </button>
            <bdi className={styles.example}>{example}</bdi>
            {required && <span className={styles.needed}>{t("mail_templates.needed")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
