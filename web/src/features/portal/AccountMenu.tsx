import { useNavigate } from "@tanstack/react-router";
import { locales } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { homeOf, paths } from "@/lib/paths";
import { type Session, signOut, switchOrganization } from "@/lib/session/session";
import { useSpeak } from "@/lib/session/useLanguage";
import { Avatar } from "@/ui/Avatar";
import { CompanyIcon, PersonIcon, SignOutIcon } from "@/ui/icons";
import { Menu, MenuGroup, MenuItem, MenuSeparator } from "@/ui/Menu";
import styles from "./PortalFrame.module.css";

function Organizations({ session }: { session: Session }) {
  const { t } = useI18n();
  if (session.organizations.length < 2) return null;
  return (
    <>
      <MenuGroup label={t("session.switch_organization")}>
        {session.organizations.map((option) => (
          <MenuItem
            key={option.id}
            icon={<CompanyIcon size={16} />}
            chosen={option.id === session.organization.id}
            onSelect={() => void switchOrganization(option.id, homeOf)}
          >
            <bdi>{option.name}</bdi>
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
    </>
  );
}

/** Everything about the person who is signed in, in one place of the header. */
export function AccountMenu({ session }: { session: Session }) {
  const { t, locale } = useI18n();
  const speak = useSpeak();
  const navigate = useNavigate();
  const trigger = (
    <button
      type="button"
      className={styles.account}
      aria-label={t("portal.account", { name: session.person.name })}
    >
      <Avatar person={session.person} size={28} />
      <bdi className={styles.person}>{session.person.name}</bdi>
    </button>
  );
  return (
    <Menu trigger={trigger} label={session.person.name} placement="bottom-end">
      <Organizations session={session} />
      <MenuItem
        icon={<PersonIcon size={16} />}
        onSelect={() => void navigate({ to: paths.portal.profile() })}
      >
        {t("portal.my_profile")}
      </MenuItem>
      <MenuSeparator />
      <MenuGroup label={t("language.label")}>
        {locales.map((option) => (
          <MenuItem key={option} chosen={option === locale} onSelect={() => speak(option)}>
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
