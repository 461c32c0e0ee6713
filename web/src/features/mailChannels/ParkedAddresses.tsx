import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/RelativeTime";
import { toast } from "@/ui/Toast";
import styles from "./MailChannels.module.css";
import { type ParkedAddress, parkedQuery, releaseAddress } from "./queries";

/** Shown only while there are any: where mail never arrived, nobody is written to by a program. */
export function ParkedAddresses() {
  const t = useT();
  const { data: parked } = useQuery(parkedQuery);
  if (!parked || parked.length === 0) return null;
  return (
    <section className={styles.parked} aria-labelledby="parked">
      <h2 id="parked">{t("mail_channels.parked")}</h2>
      <p className={styles.facts}>{t("mail_channels.parked_lead")}</p>
      <ul className={styles.list}>
        {parked.map((address) => (
          <Parked key={address.address} parked={address} />
        ))}
      </ul>
    </section>
  );
}

function Parked({ parked: { address, reason, parked_at } }: { parked: ParkedAddress }) {
  const t = useT();
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: () => releaseAddress(address),
    onSuccess: () => toast("done", t("mail_channels.released")),
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: () => queries.invalidateQueries({ queryKey: parkedQuery.queryKey }),
  });
  return (
    <li className={styles.channel}>
      <div className={styles.title}>
        <bdi className={styles.name}>{address}</bdi>
        <RelativeTime at={parked_at} className={styles.facts} />
        <Button
          size="small"
          busy={release.isPending}
          aria-label={t("mail_channels.release_address", { address })}
          onClick={() => release.mutate()}
        >
          {t("mail_channels.release")}
        </Button>
      </div>
      {reason && (
        <p className={styles.facts}>
          <bdi dir="auto">{reason}</bdi>
        </p>
      )}
    </li>
  );
}
