import { activeCommands, type Command } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { keyLabel } from "@/lib/keyboard";
import { closeLayer, useTop } from "@/lib/palette";
import { Dialog } from "@/ui/Dialog";
import { Key } from "@/ui/Key";
import styles from "./Help.module.css";

const groups = ["ticket", "list", "app"] as const;

/** The keys of the page that is open, read from the commands it offers: the help cannot be out of date. */
export function Help() {
  const t = useT();
  const open = useTop() === "help";
  const commands = open ? activeCommands().filter((command) => command.shortcut) : [];
  return (
    <Dialog open={open} onClose={() => closeLayer("help")} title={t("help.title")} size="large">
      <p className={styles.lead}>{t("help.lead")}</p>
      <div className={styles.columns}>
        {groups.map((group) => (
          <Keys
            key={group}
            title={t(`help.${group}`)}
            commands={commands.filter((item) => item.group === group)}
          />
        ))}
      </div>
    </Dialog>
  );
}

function Keys({ title, commands }: { title: string; commands: Command[] }) {
  if (commands.length === 0) return null;
  return (
    <section>
      <h2 className={styles.title}>{title}</h2>
      <dl className={styles.keys}>
        {commands.map((command) => (
          <div key={command.id} className={styles.row}>
            <dt>{command.label}</dt>
            <dd>
              <Key>{keyLabel(command.shortcut ?? "")}</Key>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
