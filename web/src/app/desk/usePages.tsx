import { useNavigate } from "@tanstack/react-router";
import { type Command, useCommands } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { openHelp, openPalette } from "@/lib/palette";
import { paths } from "@/lib/paths";
import { mayAccept, mayMonitor, useSession } from "@/lib/session/session";
import {
  AllTicketsIcon,
  CommandIcon,
  DashboardIcon,
  InboxIcon,
  JobsIcon,
  KeyboardIcon,
  MonitoringIcon,
  OutboxIcon,
  PersonIcon,
  SearchIcon,
  SettingsIcon,
  UnassignedIcon,
} from "@/ui/icons";

/** The desk's own commands: its pages, the palette, the help. */
export function usePages() {
  const t = useT();
  const session = useSession();
  const { role } = session;
  const navigate = useNavigate();
  const go = (id: string, label: string, to: string, icon: Command["icon"]): Command => ({
    id,
    group: "go",
    label,
    icon,
    run: () => void navigate({ to }),
  });
  const pages = [
    go("dashboard", t("frame.dashboard"), paths.desk.dashboard(), <DashboardIcon size={16} />),
    ...(mayAccept(role) ? [go("inbox", t("frame.inbox"), paths.desk.inbox(), <InboxIcon size={16} />)] : []),
    go("mine", t("frame.mine"), paths.desk.mine(), <PersonIcon size={16} />),
    go("unassigned", t("frame.unassigned"), paths.desk.unassigned(), <UnassignedIcon size={16} />),
    go("tickets", t("frame.tickets"), paths.desk.tickets(), <AllTicketsIcon size={16} />),
    ...(mayAccept(role)
      ? [go("outbox", t("outbox.title"), paths.desk.outbox(), <OutboxIcon size={16} />)]
      : []),
    ...(mayMonitor(session)
      ? [
          go("monitoring", t("frame.monitoring"), paths.desk.monitoring(), <MonitoringIcon size={16} />),
          go("jobs", t("frame.jobs"), paths.desk.jobs(), <JobsIcon size={16} />),
        ]
      : []),
    go("settings", t("frame.settings"), paths.desk.settings.home(), <SettingsIcon size={16} />),
  ];
  useCommands([
    ...pages,
    {
      id: "palette",
      group: "app",
      label: t("palette.open"),
      shortcut: "mod+k",
      icon: <CommandIcon size={16} />,
      keyOnly: true,
      run: openPalette,
    },
    {
      id: "search",
      group: "app",
      label: t("frame.search"),
      shortcut: "/",
      icon: <SearchIcon size={16} />,
      keyOnly: true,
      run: openPalette,
    },
    {
      id: "help",
      group: "app",
      label: t("help.open"),
      shortcut: "?",
      icon: <KeyboardIcon size={16} />,
      run: openHelp,
    },
  ]);
}
