import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { applyTheme, chosenTheme, type Theme, themes } from "@/lib/theme";
import { IconButton } from "./IconButton";
import { DarkIcon, LightIcon, SystemIcon } from "./icons";
import { Menu, MenuItem } from "./Menu";

const icons: Record<Theme, typeof DarkIcon> = { system: SystemIcon, light: LightIcon, dark: DarkIcon };

export function ThemeMenu() {
  const t = useT();
  const [theme, setTheme] = useState(chosenTheme);
  const Icon = icons[theme];

  function choose(next: Theme) {
    applyTheme(next);
    setTheme(next);
  }

  return (
    <Menu
      trigger={<IconButton label={t("theme.label")} icon={<Icon size={16} />} />}
      label={t("theme.label")}
      placement="bottom-end"
    >
      {themes.map((option) => (
        <MenuItem key={option} chosen={option === theme} onSelect={() => choose(option)}>
          {t(`theme.${option}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
