import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { outboxHtmlUrl, outboxRawUrl } from "@/lib/paths";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { DownloadLink } from "@/ui/DownloadLink";
import { ErrorState } from "@/ui/ErrorState";
import { HtmlFrame } from "@/ui/HtmlFrame";
import { SkeletonRows } from "@/ui/Skeleton";
import styles from "./Outbox.module.css";
import { Envelopes } from "./OutboxItem";
import { mailQuery, type OutgoingMailDetail } from "./queries";

/** One mail as its recipients get it. */
export function OutboxDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const mail = useQuery(mailQuery(id));
  return (
    <Dialog open onClose={onClose} size="large" title={mail.data?.subject || t("outbox.mail")}>
      {mail.isError && <ErrorState error={mail.error} retry={() => void mail.refetch()} />}
      {mail.isPending && <SkeletonRows count={5} height={32} />}
      {mail.data && <Details mail={mail.data} />}
    </Dialog>
  );
}

function Details({ mail }: { mail: OutgoingMailDetail }) {
  const t = useT();
  const [asText, setAsText] = useState(!mail.html);
  return (
    <div className={styles.details}>
      <Envelopes envelopes={mail.envelopes} />
      {mail.html && (
        <div className={styles.views}>
          <Button size="small" aria-pressed={!asText} onClick={() => setAsText(false)}>
            {t("outbox.as_html")}
          </Button>
          <Button size="small" aria-pressed={asText} onClick={() => setAsText(true)}>
            {t("outbox.as_text")}
          </Button>
        </div>
      )}
      {mail.html && !asText ? (
        <HtmlFrame title={t("outbox.content")} src={outboxHtmlUrl(mail.id)} />
      ) : (
        <div className={styles.text} dir="auto">
          {mail.text}
        </div>
      )}
      <details className={styles.headers}>
        <summary>{t("outbox.headers")}</summary>
        <dl dir="ltr">
          {mail.headers.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may stand there twice
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      <DialogActions>
        <DownloadLink href={outboxRawUrl(mail.id)}>{t("outbox.raw")}</DownloadLink>
      </DialogActions>
    </div>
  );
}
