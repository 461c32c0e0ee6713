import type { ReactNode } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { MailLogIcon, OutboxIcon, TextIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import styles from "./MailChannels.module.css";

/** What else there is about mail, each with what one finds there. */
export function MailPlaces() {
  const t = useT();
  return (
    <ul className={styles.places}>
      <Place
        to={paths.desk.settings.mailLog()}
        icon={<MailLogIcon size={20} />}
        title={t("mail_log.title")}
        lead={t("mail_log.lead")}
      />
      <Place
        to={paths.desk.outbox()}
        icon={<OutboxIcon size={20} />}
        title={t("outbox.title")}
        lead={t("outbox.lead")}
      />
      <Place
        to={paths.desk.settings.mailTemplates()}
        icon={<TextIcon size={20} />}
        title={t("mail_templates.title")}
        lead={t("mail_templates.short")}
      />
    </ul>
  );
}

interface PlaceProps {
  to: string;
  icon: ReactNode;
  title: string;
  lead: string;
}

function Place({ to, icon, title, lead }: PlaceProps) {
  return (
    <li>
      <Link to={to} className={styles.place}>
        {icon}
        <span className={styles.placeWords}>
          <strong>{title}</strong>
          <span>{lead}</span>
        </span>
      </Link>
    </li>
  );
}
