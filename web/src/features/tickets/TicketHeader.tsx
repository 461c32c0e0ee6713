import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import type { TicketSummary } from "@/lib/tickets/TicketRow";
import { classes } from "@/ui/classes";
import { Field } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { EditIcon, HideListIcon, PropertiesIcon, ShowListIcon } from "@/ui/icons";
import { StatusLabel } from "@/ui/StatusGlyph";
import type { Ticket } from "./queries";
import styles from "./TicketHeader.module.css";

type Tab = "conversation" | "history";

interface Props {
  ticket: Ticket;
  tab: Tab;
  onTab: (tab: Tab) => void;
  columns: { list: boolean; toggleList: () => void; properties: boolean; toggleProperties: () => void };
  onRename: (change: { subject: string }) => void;
}

export function TicketHeader({ ticket, tab, onTab, columns, onRename }: Props) {
  const t = useT();
  return (
    <header className={styles.header}>
      <span className={styles.listToggle}>
        <IconButton
          label={t(columns.list ? "ticket.hide_list" : "ticket.show_list")}
          icon={columns.list ? <HideListIcon size={16} /> : <ShowListIcon size={16} />}
          onClick={columns.toggleList}
        />
      </span>
      <Subject ticket={ticket} onRename={onRename} />
      {!columns.properties && (
        <div className={styles.state}>
          <StatusLabel status={ticket.status} />
        </div>
      )}
      <div role="tablist" className={styles.tabs}>
        {(["conversation", "history"] as const).map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={tab === name}
            className={styles.tab}
            onClick={() => onTab(name)}
          >
            {t(`ticket.${name}`)}
          </button>
        ))}
      </div>
      <IconButton
        label={t(columns.properties ? "ticket.hide_properties" : "ticket.show_properties")}
        icon={<PropertiesIcon size={16} />}
        aria-pressed={columns.properties}
        onClick={columns.toggleProperties}
      />
    </header>
  );
}

/** The same place, before anything can be done. */
export function ExpectedHeader({ row }: { row: TicketSummary }) {
  return (
    <header className={styles.header}>
      <div className={styles.subject}>
        <h1 className={classes(styles.title, "own-direction")} dir="auto" title={row.subject}>
          {row.subject}
        </h1>
      </div>
      <div className={styles.state}>
        <StatusLabel status={row.status} />
      </div>
    </header>
  );
}

function Subject({ ticket, onRename }: { ticket: Ticket; onRename: Props["onRename"] }) {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  if (text === null) {
    return (
      <div className={styles.subject}>
        <h1 className={classes(styles.title, "own-direction")} dir="auto" title={ticket.subject}>
          {ticket.subject}
        </h1>
        {ticket.actions.includes("update") && (
          <IconButton
            label={t("tickets.change_subject")}
            icon={<EditIcon size={14} />}
            className={styles.edit}
            onClick={() => setText(ticket.subject)}
          />
        )}
      </div>
    );
  }

  function save() {
    const subject = text?.trim();
    if (subject && subject !== ticket.subject) onRename({ subject });
    setText(null);
  }

  return (
    <form
      className={styles.subject}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field
        label={t("tickets.subject")}
        hideLabel
        autoFocus
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === "Escape" && setText(null)}
      />
    </form>
  );
}
