import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { applyTheme, chosenTheme, type Theme, themes } from "@/lib/theme";
import { DarkIcon, LightIcon, SystemIcon } from "@/ui/icons";
import styles from "./ProfilePage.module.css";

const icons: Record<Theme, typeof DarkIcon> = { system: SystemIcon, light: LightIcon, dark: DarkIcon };

/** Belongs to this screen and not to the person, so it is kept in the browser. */
export function Appearance() {
  const t = useT();
  const [theme, setTheme] = useState(chosenTheme);

  function choose(next: Theme) {
    applyTheme(next);
    setTheme(next);
  }

  return (
    <div className={styles.themes} role="radiogroup" aria-label={t("profile.theme")}>
      {themes.map((option) => {
        const Icon = icons[option];
        return (
          <label key={option} className={styles.theme}>
            <input type="radio" name="theme" checked={option === theme} onChange={() => choose(option)} />
            <Icon size={16} />
            {t(`theme.${option}`)}
          </label>
        );
      })}
    </div>
  );
}
