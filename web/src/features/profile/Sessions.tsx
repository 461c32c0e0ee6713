import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import type { MessageId } from "@/lib/i18n/catalogue";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { ErrorState } from "@/ui/ErrorState";
import { SystemIcon } from "@/ui/icons";
import { RelativeTime } from "@/ui/RelativeTime";
import { SkeletonRows } from "@/ui/Skeleton";
import { toast } from "@/ui/Toast";
import { useDeviceName } from "./device";
import styles from "./ProfilePage.module.css";

function SessionRow({ session }: { session: Schemas["SessionInfo"] }) {
  const t = useT();
  const format = useFormat();
  const queries = useQueryClient();
  const device = useDeviceName()(session.user_agent);
  const revoke = useMutation({
    mutationFn: () => data(client.DELETE("/api/v1/sessions/{id}", { params: { path: { id: session.id } } })),
    onSuccess: () => toast("done", t("profile.revoked", { device })),
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <li className={styles.session}>
      <SystemIcon size={20} />
      <span className={styles.words}>
        <bdi className={styles.device}>{device}</bdi>
        <span className={styles.facts}>
          {session.ip && <bdi dir="ltr">{session.ip}</bdi>}
          <span>
            {t(session.same_network && !session.current ? "profile.place_same" : places[session.place])}
          </span>
          <span>{t("profile.since", { date: format.date(session.created_at) })}</span>
          <span>
            {t("profile.last_seen")} <RelativeTime at={session.last_seen_at} />
          </span>
        </span>
      </span>
      {session.current ? (
        <Chip tone="good">{t("profile.this_session")}</Chip>
      ) : (
        <Button
          busy={revoke.isPending}
          aria-label={t("profile.revoke_of", { device })}
          onClick={() => revoke.mutate()}
        >
          {t("profile.revoke")}
        </Button>
      )}
    </li>
  );
}

const places: Record<Schemas["SessionInfo"]["place"], MessageId> = {
  this_machine: "profile.place_this_machine",
  private_network: "profile.place_private_network",
  internet: "profile.place_internet",
  unknown: "profile.place_unknown",
};

function SignOutOthers() {
  const t = useT();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => data(client.DELETE("/api/v1/sessions")),
    onSuccess: () => toast("done", t("profile.revoked_others")),
    onError: (error) => toast("failed", errorWords(t, error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <Button busy={revoke.isPending} onClick={() => revoke.mutate()}>
      {t("profile.revoke_others")}
    </Button>
  );
}

export function Sessions() {
  const t = useT();
  const list = useQuery({ queryKey: ["sessions"], queryFn: () => data(client.GET("/api/v1/sessions")) });
  if (list.isError) return <ErrorState error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <SkeletonRows count={2} height={56} />;
  return (
    <div>
      <p className={styles.lead}>{t("profile.sessions_lead")}</p>
      <ul>
        {list.data.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {list.data.length > 1 && <SignOutOthers />}
    </div>
  );
}
