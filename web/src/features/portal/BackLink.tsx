import { useT } from "@/lib/i18n/I18nProvider";
import { paths } from "@/lib/paths";
import { BackIcon } from "@/ui/icons";
import { Link } from "@/ui/Link";
import styles from "./BackLink.module.css";

export function BackLink() {
  const t = useT();
  return (
    <Link to={paths.portal.home()} className={styles.back}>
      <BackIcon size={16} />
      {t("portal.home")}
    </Link>
  );
}
