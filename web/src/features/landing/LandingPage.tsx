import type { MessageId } from "@/lib/i18n/catalogue";
import { useT } from "@/lib/i18n/I18nProvider";
import { homeOf, paths } from "@/lib/paths";
import { usePlace } from "@/lib/place";
import { useMaybeSession } from "@/lib/session/session";
import { Emblem } from "@/ui/Emblem";
import { ForwardIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import { PublicFrame } from "@/ui/PublicFrame";
import styles from "./LandingPage.module.css";

/* Each line is true of the program that serves this page; a new one has to be as well. */
const differences: { title: MessageId; lead: MessageId }[] = [
  { title: "landing.isolation", lead: "landing.isolation_lead" },
  { title: "landing.deadline", lead: "landing.deadline_lead" },
  { title: "landing.words", lead: "landing.words_lead" },
  { title: "landing.alone", lead: "landing.alone_lead" },
];

function Door({ to, title, lead }: { to: string; title: string; lead: string }) {
  return (
    <Link to={to} className={styles.door}>
      <span className={styles.doorTitle}>{title}</span>
      <span className={styles.doorLead}>{lead}</span>
      <ForwardIcon size={20} className={styles.forward} />
    </Link>
  );
}

function Account() {
  const t = useT();
  const session = useMaybeSession();
  if (!session) {
    return (
      <Link to={paths.signIn()} className={styles.account}>
        {t("session.sign_in")}
      </Link>
    );
  }
  return (
    <Link to={homeOf(session.role)} className={styles.account}>
      <bdi>{session.person?.name ?? session.email}</bdi>
    </Link>
  );
}

export function LandingPage() {
  const t = useT();
  usePlace();
  return (
    <PublicFrame action={<Account />}>
      <section className={styles.hero}>
        <div className={styles.horizon}>
          <Emblem size={144} />
        </div>
        <h1 className={styles.sentence}>{t("landing.sentence")}</h1>
        <nav className={styles.doors} aria-label={t("landing.doors")}>
          <Door to={paths.portal.home()} title={t("landing.portal")} lead={t("landing.portal_lead")} />
          <Door to={paths.desk.dashboard()} title={t("landing.desk")} lead={t("landing.desk_lead")} />
        </nav>
      </section>
      <section className={styles.differences} aria-labelledby="differences">
        <h2 id="differences" className={styles.heading}>
          {t("landing.difference")}
        </h2>
        <dl className={styles.list}>
          {differences.map(({ title, lead }) => (
            <div key={title} className={styles.difference}>
              <dt>{t(title)}</dt>
              <dd>{t(lead)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </PublicFrame>
  );
}
