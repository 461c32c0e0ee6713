import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { locales } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { openHelp } from "@/lib/palette";
import { paths } from "@/lib/paths";
import { signOut, useSession } from "@/lib/session/session";
import { useSpeak } from "@/lib/session/useLanguage";
import { applyTheme, chosenTheme, type Theme, themes } from "@/lib/theme";
import { Avatar } from "@/ui/Avatar";
import { DarkIcon, KeyboardIcon, LightIcon, PersonIcon, SignOutIcon, SystemIcon } from "@/ui/icons";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "@/ui/Menu";
import styles from "./PersonMenu.module.css";

const themeIcons = { system: SystemIcon, light: LightIcon, dark: DarkIcon };

export function PersonMenu() {
  const { t, locale } = useI18n();
  const speak = useSpeak();
  const { person, email } = useSession();
  const navigate = useNavigate();
  const [theme, setTheme] = useState(chosenTheme);

  function choose(next: Theme) {
    applyTheme(next);
    setTheme(next);
  }

  return (
    <Menu
      placement="bottom-end"
      label={t("frame.person")}
      trigger={
        <button type="button" className={styles.trigger} aria-label={`${t("frame.person")}: ${person.name}`}>
          <Avatar person={person} size={28} />
        </button>
      }
    >
      <div className={styles.who}>
        <strong>{person.name}</strong>
        <span>{email}</span>
      </div>
      <MenuSeparator />
      <MenuItem
        icon={<PersonIcon size={16} />}
        onSelect={() => void navigate({ to: paths.desk.settings.profile() })}
      >
        {t("frame.profile")}
      </MenuItem>
      <MenuItem icon={<KeyboardIcon size={16} />} shortcut="?" onSelect={openHelp}>
        {t("frame.shortcuts")}
      </MenuItem>
      <MenuSeparator />
      <MenuGroup label={t("theme.label")}>
        {themes.map((option) => {
          const Icon = themeIcons[option];
          return (
            <MenuItem
              key={option}
              icon={<Icon size={16} />}
              chosen={theme === option}
              onSelect={() => choose(option)}
            >
              {t(`theme.${option}`)}
            </MenuItem>
          );
        })}
      </MenuGroup>
      <MenuGroup label={t("language.label")}>
        {locales.map((option) => (
          <MenuItem key={option} chosen={locale === option} onSelect={() => speak(option)}>
            <span lang={option}>{t(`language.${option}`)}</span>
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuItem icon={<SignOutIcon size={16} />} onSelect={() => void signOut(paths.landing())}>
        {t("session.sign_out")}
      </MenuItem>
    </Menu>
  );
}
