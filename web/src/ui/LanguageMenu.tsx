import { locales } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { Button } from "./Button";
import { LanguageIcon } from "./icons";
import styles from "./LanguageMenu.module.css";
import { Menu, MenuItem } from "./Menu";

/** Each language under its own name, so that one finds back out of a language one cannot read. */
export function LanguageMenu() {
  const { t, locale, setLocale } = useI18n();
  const trigger = (
    <Button tone="quiet" icon={<LanguageIcon size={16} />} aria-label={t("language.label")}>
      <span className={styles.name}>{t(`language.${locale}`)}</span>
    </Button>
  );
  return (
    <Menu trigger={trigger} label={t("language.label")} placement="bottom-end">
      {locales.map((option) => (
        <MenuItem key={option} chosen={option === locale} onSelect={() => setLocale(option)}>
          <span lang={option}>{t(`language.${option}`)}</span>
        </MenuItem>
      ))}
    </Menu>
  );
}
