import { useMutation } from "@tanstack/react-query";
import { client, data } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { homeOf } from "@/lib/paths";
import { useSession } from "@/lib/session/session";
import { SwitchIcon } from "@/ui/icons";
import { Menu, MenuGroup, MenuItem } from "@/ui/Menu";
import { toast } from "@/ui/Toast";
import styles from "./OrganizationMenu.module.css";

/** Shows the organization; where somebody belongs to several, switches between them. */
export function OrganizationMenu({ narrow }: { narrow: boolean }) {
  const t = useT();
  const { organization, organizations } = useSession();
  const change = useMutation({
    mutationFn: (id: string) =>
      data(client.PUT("/api/v1/session/organization", { body: { organization_id: id } })),
    // A full load: nothing of the other organization may stay in memory.
    onSuccess: (session) => window.location.assign(homeOf(session.role)),
    onError: (error) => toast("failed", errorWords(t, error)),
  });

  const face = (
    <>
      <span className={styles.mark} data-letter={[...organization.name][0]} aria-hidden="true" />
      {!narrow && <span className={styles.name}>{organization.name}</span>}
    </>
  );
  if (organizations.length < 2) {
    return (
      <div className={styles.organization} title={organization.name}>
        {face}
      </div>
    );
  }
  return (
    <Menu
      label={t("frame.switch")}
      trigger={
        <button
          type="button"
          className={styles.organization}
          aria-label={`${organization.name}: ${t("frame.switch")}`}
        >
          {face}
          {!narrow && <SwitchIcon size={14} />}
        </button>
      }
    >
      <MenuGroup label={t("frame.organization")}>
        {organizations.map((other) => (
          <MenuItem
            key={other.id}
            chosen={other.id === organization.id}
            detail={t(`role.${other.role}`)}
            onSelect={() => change.mutate(other.id)}
          >
            {other.name}
          </MenuItem>
        ))}
      </MenuGroup>
    </Menu>
  );
}
