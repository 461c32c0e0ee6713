import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { isLocale, type Locale, locales } from "@/lib/i18n/catalogue";
import { useI18n, useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { ErrorState } from "@/ui/ErrorState";
import { PageHead } from "@/ui/PageHead";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./MailTemplates.module.css";
import { kinds, type TemplateKind, templatesQuery } from "./queries";
import { TemplateEditor } from "./TemplateEditor";

/** What the helpdesk writes by itself, in each language. */
export function MailTemplatesPage() {
  const t = useT();
  usePlace(
    { label: t("settings.title") },
    { label: t("settings.mail"), to: paths.desk.settings.mail() },
    { label: t("mail_templates.title") },
  );
  const { kind, locale } = useChosen();
  const list = useQuery(templatesQuery);
  const template = list.data?.find((each) => each.kind === kind && each.locale === locale);
  return (
    <>
      <PageHead title={t("mail_templates.title")} lead={t("mail_templates.lead")} />
      <Choice kind={kind} locale={locale} />
      {list.isError && <ErrorState error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <SkeletonRows count={4} height={52} />}
      {template && <TemplateEditor key={`${kind} ${locale} ${template.version ?? 0}`} template={template} />}
    </>
  );
}

/** Which one is open stands in the address; without one, the first in the reader's language. */
function useChosen() {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const { locale: mine } = useI18n();
  const kind = kinds.find((name) => name === search.kind) ?? "ticket_received";
  const locale: Locale = isLocale(search.locale) ? search.locale : mine;
  return { kind, locale };
}

function Choice({ kind, locale }: { kind: TemplateKind; locale: Locale }) {
  const t = useT();
  const navigate = useNavigate();
  const go = (next: { kind?: string; locale?: string }) =>
    void navigate({ to: ".", search: { kind, locale, ...next } as never, replace: true });
  return (
    <div className={styles.choice}>
      <Select
        label={t("mail_templates.kind")}
        options={kinds.map((value) => ({ value, label: t(`mail_templates.kind_${value}`) }))}
        value={kind}
        onChange={(event) => go({ kind: event.target.value })}
      />
      <Select
        label={t("language.label")}
        options={locales.map((value) => ({ value, label: t(`language.${value}`) }))}
        value={locale}
        onChange={(event) => go({ locale: event.target.value })}
      />
    </div>
  );
}
