import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { type EnvelopeStateName, envelopeStates } from "@/lib/mail/EnvelopeState";
import { paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { useSession } from "@/lib/session/session";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { OutboxIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./Outbox.module.css";
import { OutboxDialog } from "./OutboxDialog";
import { OutboxItem } from "./OutboxItem";
import { outboxQuery } from "./queries";

/** Every mail that leaves or left, recipient by recipient. */
export function OutboxPage() {
  const t = useT();
  usePlace({ label: t("outbox.title") });
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const state = envelopeStates.find((name) => name === search.state);
  const mail = typeof search.mail === "string" ? search.mail : undefined;
  const go = (next: { state?: string | undefined; mail?: string }, replace: boolean) =>
    void navigate({ to: ".", search: next as never, replace });
  return (
    <div className={styles.page}>
      <p className={styles.lead}>{t("outbox.lead")}</p>
      <Select
        label={t("outbox.state")}
        className={styles.filter}
        options={[
          { value: "", label: t("outbox.every_state") },
          ...envelopeStates.map((value) => ({ value, label: t(`outbox.state_${value}`) })),
        ]}
        value={state ?? ""}
        onChange={(event) => go({ state: event.target.value }, true)}
      />
      <Mails state={state} onOpen={(id) => go({ state, mail: id }, false)} />
      {mail && <OutboxDialog id={mail} onClose={() => go({ state }, true)} />}
    </div>
  );
}

interface MailsProps {
  state: EnvelopeStateName | undefined;
  onOpen: (id: string) => void;
}

function Mails({ state, onOpen }: MailsProps) {
  const t = useT();
  const list = useInfiniteQuery(outboxQuery(state));
  if (list.isError && !list.data) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={6} height={72} />;
  const mails = list.data.pages.flatMap((page) => page.items);
  return (
    <>
      {list.data.pages[0]?.kept && <Kept />}
      {mails.length === 0 ? (
        <EmptyState icon={<OutboxIcon size={24} />} title={t(state ? "outbox.none_such" : "outbox.none")}>
          {t(state ? "outbox.none_such_lead" : "outbox.none_lead")}
        </EmptyState>
      ) : (
        <ul className={styles.list}>
          {mails.map((mail) => (
            <OutboxItem key={mail.id} mail={mail} onOpen={() => onOpen(mail.id)} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button tone="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("common.load_more")}
        </Button>
      )}
    </>
  );
}

/** No server to send by: nothing here has left, and nothing pretends to have. */
function Kept() {
  const t = useT();
  const { role } = useSession();
  return (
    <div className={styles.kept}>
      <Notice
        tone="warning"
        action={
          role === "admin" && (
            <Link to={paths.desk.settings.mail()} className={styles.link}>
              {t("outbox.to_channels")}
            </Link>
          )
        }
      >
        {t("outbox.kept")}
      </Notice>
    </div>
  );
}
