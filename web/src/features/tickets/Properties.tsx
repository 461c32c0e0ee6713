import { useEffect, useRef } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { CloseIcon } from "@/ui/icons";
import { PriorityLabel } from "@/ui/PriorityGlyph";
import { StatusLabel } from "@/ui/StatusGlyph";
import { Clocks } from "./Clocks";
import { Outcome } from "./Outcome";
import styles from "./Properties.module.css";
import type { Ticket } from "./queries";
import { RequesterCard } from "./RequesterCard";
import { TicketLinks } from "./TicketLinks";
import type { TicketDialogs } from "./useTicketCommands";

interface Props {
  ticket: Ticket;
  dialogs: TicketDialogs;
  onClose: () => void;
}

export function Properties({ ticket, dialogs, onClose }: Props) {
  const t = useT();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow page the panel lies over the conversation, so it takes the focus as a dialog would.
    if (panel.current && getComputedStyle(panel.current).position === "fixed") panel.current.focus();
  }, []);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      className={styles.panel}
      aria-label={t("ticket.properties")}
      onKeyDown={(event) => {
        const floats = getComputedStyle(event.currentTarget).position === "fixed";
        if (event.key === "Escape" && floats) onClose();
      }}
    >
      <span className={styles.close}>
        <IconButton label={t("ticket.hide_properties")} icon={<CloseIcon size={16} />} onClick={onClose} />
      </span>
      <StatusBlock ticket={ticket} dialogs={dialogs} />
      <dl className={styles.fields}>
        <dt>{t("tickets.assignee")}</dt>
        <dd>
          <Value
            allowed={ticket.actions.includes("assign")}
            label={t("tickets.assign")}
            onOpen={() => dialogs.open("assign")}
          >
            {ticket.assignee ? (
              <>
                <Avatar person={ticket.assignee} size={20} />
                <bdi>{ticket.assignee.name}</bdi>
              </>
            ) : (
              <span className={styles.none}>{t("ticket.no_assignee")}</span>
            )}
          </Value>
        </dd>
        <dt>{t("tickets.priority")}</dt>
        <dd>
          <Value
            allowed={ticket.actions.includes("update")}
            label={t("tickets.change_priority")}
            onOpen={() => dialogs.open("priority")}
          >
            <PriorityLabel priority={ticket.priority} />
          </Value>
        </dd>
      </dl>
      <Clocks ticket={ticket} />
      <Outcome ticket={ticket} />
      <RequesterCard ticket={ticket} />
      <TicketLinks ticket={ticket} />
    </aside>
  );
}

/** The state, and the steps that are legal from here. Accepting is the one thing to do with a new ticket. */
function StatusBlock({ ticket, dialogs }: { ticket: Ticket; dialogs: TicketDialogs }) {
  return (
    <section className={styles.status}>
      <StatusLabel status={ticket.status} />
      {dialogs.steps.length > 0 && (
        <div className={styles.steps}>
          {dialogs.steps.map((step) => (
            <Button
              key={step.id}
              size="small"
              tone={step.id === "accept" ? "primary" : step.id === "cancel" ? "quiet" : "plain"}
              icon={step.icon}
              disabled={dialogs.busy}
              onClick={step.run}
            >
              {step.label}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

interface ValueProps {
  allowed: boolean;
  label: string;
  onOpen: () => void;
  children: React.ReactNode;
}

function Value({ allowed, label, onOpen, children }: ValueProps) {
  if (!allowed) return <span className={styles.value}>{children}</span>;
  return (
    <button type="button" className={styles.value} title={label} onClick={onOpen}>
      {children}
    </button>
  );
}
