import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { RelativeTime } from "@/ui/RelativeTime";
import { toast } from "@/ui/Toast";
import { InvitationLink } from "./InvitationLink";
import styles from "./PeoplePage.module.css";

type Request = Schemas["PasswordRequest"];

/** Who waits for a link to set a new password; nothing stands here while nobody does. */
export function PasswordRequests() {
  const t = useT();
  const list = useQuery({
    queryKey: ["people", "password-requests"],
    queryFn: () => data(client.GET("/api/v1/password-requests")),
  });
  const [invited, setInvited] = useState<Schemas["InvitedPerson"] | null>(null);
  if (!list.data?.length) return null;
  return (
    <section className={styles.requests} aria-labelledby="password-requests">
      <h2 id="password-requests">{t("people.requests")}</h2>
      <p className={styles.hint}>{t("people.requests_lead")}</p>
      <ul>
        {list.data.map((request) => (
          <Waiting key={request.person.id} request={request} onLink={setInvited} />
        ))}
      </ul>
      <Dialog open={invited !== null} onClose={() => setInvited(null)} title={t("people.link")}>
        {invited && <InvitationLink invited={invited} onDone={() => setInvited(null)} />}
      </Dialog>
    </section>
  );
}

interface Props {
  request: Request;
  onLink: (invited: Schemas["InvitedPerson"]) => void;
}

function Waiting({ request, onLink }: Props) {
  const t = useT();
  const { person, requested_at: at, may_make_link: mayMakeLink } = request;
  const make = useMutation({
    mutationFn: () =>
      data(client.POST("/api/v1/people/{id}/invitation", { params: { path: { id: person.id } } })),
    onSuccess: onLink,
    onError: (error) => toast("failed", errorWords(t, error)),
  });
  return (
    <li className={styles.request}>
      <Avatar person={person} size={24} />
      <bdi>{person.name}</bdi>
      <RelativeTime at={at} className={styles.hint} />
      {mayMakeLink ? (
        <Button
          busy={make.isPending}
          aria-label={t("people.request_link_of", { name: person.name })}
          onClick={() => make.mutate()}
        >
          {t("people.request_link")}
        </Button>
      ) : (
        <span className={styles.hint}>{t("people.request_operator")}</span>
      )}
    </li>
  );
}
