import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { client, data } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { useT } from "@/lib/i18n/I18nProvider";
import { homeOf, paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { SecondFactorForm } from "@/lib/session/SecondFactorForm";
import { type AnySession, needsSecondFactor, useAdoptSession } from "@/lib/session/session";
import { Emblem } from "@/ui/Emblem";
import { ErrorState } from "@/ui/ErrorState";
import { Link } from "@/ui/Link";
import { PublicFrame } from "@/ui/PublicFrame";
import { Delayed, Skeleton } from "@/ui/Skeleton";
import { InvitationForm } from "./InvitationForm";
import styles from "./WelcomePage.module.css";

function useInvitation(token: string) {
  return useQuery({
    queryKey: ["invitation", token],
    queryFn: () => data(client.GET("/api/v1/invitations/{token}", { params: { path: { token } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const hasEnded = (error: unknown) => error instanceof ProblemError && [404, 409, 410].includes(error.status);

function Ended() {
  const t = useT();
  return (
    <>
      <h1 className={styles.title}>{t("invitation.ended")}</h1>
      <p className={styles.lead}>{t("invitation.ended_lead")}</p>
      <Link to={paths.signIn()} className={styles.link}>
        {t("session.sign_in")}
      </Link>
    </>
  );
}

/** The password is set; an account with a second factor signs in with both. */
function CodeToo({ onSignedIn }: { onSignedIn: (session: AnySession) => void }) {
  const t = useT();
  const navigate = useNavigate();
  return (
    <>
      <h1 className={styles.title}>{t("session.second_factor")}</h1>
      <SecondFactorForm onSignedIn={onSignedIn} onBack={() => void navigate({ to: paths.signIn() })} />
    </>
  );
}

export function WelcomePage() {
  const { token } = useParams({ strict: false }) as { token: string };
  const t = useT();
  const invitation = useInvitation(token);
  usePlace({ label: t("password.new") });
  const adopt = useAdoptSession();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: (password: string) =>
      data(client.POST("/api/v1/invitations/{token}", { params: { path: { token } }, body: { password } })),
    onSuccess: enter,
  });

  function enter(session: AnySession) {
    adopt(session);
    void navigate({ to: homeOf(session.role) });
  }

  function content() {
    if (hasEnded(invitation.error) || hasEnded(accept.error)) return <Ended />;
    if (invitation.isError)
      return <ErrorState error={invitation.error} retry={() => void invitation.refetch()} />;
    if (invitation.isPending) {
      return (
        <Delayed>
          <Skeleton height={96} />
        </Delayed>
      );
    }
    if (needsSecondFactor(accept.error)) return <CodeToo onSignedIn={enter} />;
    return <InvitationForm invitation={invitation.data} accept={accept} />;
  }

  return (
    <PublicFrame>
      <section className={styles.place}>
        <Emblem size={72} />
        <div className={styles.panel}>{content()}</div>
      </section>
    </PublicFrame>
  );
}
