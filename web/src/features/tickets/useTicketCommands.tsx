import { type ReactNode, useState } from "react";
import { type Command, useCommands } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { useSession } from "@/lib/session/session";
import {
  ArchiveIcon,
  AssignIcon,
  CancelIcon,
  CheckIcon,
  DoneIcon,
  NoteIcon,
  PauseIcon,
  PriorityIcon,
  ReopenIcon,
  ReplyIcon,
  StartIcon,
  TakeIcon,
} from "@/ui/icons";
import { AssignPicker } from "./AssignPicker";
import { type Step, useTakeStep } from "./act";
import { useAssign } from "./assign";
import { CancelDialog } from "./CancelDialog";
import { ConflictDialog } from "./ConflictDialog";
import { openComposer } from "./composing";
import { PriorityPicker } from "./PriorityPicker";
import type { Ticket } from "./queries";
import { ResolveDialog } from "./ResolveDialog";
import { useUpdateTicket } from "./update";

type Action = Ticket["actions"][number];
type Opened = "assign" | "priority" | "resolve" | "cancel" | null;

export interface TicketDialogs {
  /** The steps that are legal now, in the order of a ticket's life. */
  steps: Command[];
  open: (what: Opened) => void;
  update: (change: { subject?: string; priority?: Ticket["priority"] }) => void;
  busy: boolean;
  elements: ReactNode;
}

const stepIcons = {
  accept: CheckIcon,
  start: StartIcon,
  wait: PauseIcon,
  resolve: DoneIcon,
  reopen: ReopenIcon,
  close: ArchiveIcon,
  cancel: CancelIcon,
};
type StepName = keyof typeof stepIcons;
const stepNames = Object.keys(stepIcons) as StepName[];

/** Everything that can be done with this ticket now: for the buttons, the keys and the palette alike. */
export function useTicketCommands(ticket: Ticket, onWrite: () => void): TicketDialogs {
  const t = useT();
  const { person } = useSession();
  const [opened, open] = useState<Opened>(null);
  const { update, clash, insist, giveIn } = useUpdateTicket(ticket.number);
  const take = useTakeStep(ticket.number);
  const assign = useAssign();
  const may = (action: Action) => ticket.actions.includes(action);

  const steps = stepNames.filter(may).map((name): Command => {
    const Icon = stepIcons[name];
    const asks = name === "resolve" || name === "cancel";
    return {
      id: name,
      group: "ticket",
      label: t(`tickets.${name}`),
      icon: <Icon size={16} />,
      ...(name === "accept" && { shortcut: "y" }),
      ...(name === "resolve" && { shortcut: "e" }),
      run: () => (asks ? open(name) : take.mutate(name as Step)),
    };
  });

  function write(mode: "reply" | "note") {
    onWrite();
    openComposer(mode);
  }

  const offered = (allowed: boolean, command: Omit<Command, "group">): Command[] =>
    allowed ? [{ group: "ticket", ...command }] : [];
  useCommands([
    ...offered(may("reply") || may("follow_up"), {
      id: "reply",
      label: t("tickets.reply"),
      shortcut: "r",
      icon: <ReplyIcon size={16} />,
      run: () => write("reply"),
    }),
    ...offered(may("note"), {
      id: "note",
      label: t("tickets.note"),
      shortcut: "n",
      icon: <NoteIcon size={16} />,
      run: () => write("note"),
    }),
    ...offered(may("assign"), {
      id: "assign",
      label: t("tickets.assign"),
      shortcut: "a",
      icon: <AssignIcon size={16} />,
      run: () => open("assign"),
    }),
    ...offered(may("assign") && ticket.assignee?.id !== person.id, {
      id: "take",
      label: t("tickets.assign_me"),
      shortcut: "i",
      icon: <TakeIcon size={16} />,
      run: () => assign.mutate({ ticket, person }),
    }),
    ...offered(may("update"), {
      id: "priority",
      label: t("tickets.change_priority"),
      shortcut: "p",
      icon: <PriorityIcon size={16} />,
      run: () => open("priority"),
    }),
    ...steps,
  ]);

  const change: TicketDialogs["update"] = (fields) =>
    update.mutate({ change: fields, version: ticket.version });
  const close = () => open(null);
  return {
    steps,
    open,
    update: change,
    busy: take.isPending,
    elements: (
      <>
        {opened === "assign" && <AssignPicker ticket={ticket} onClose={close} />}
        {opened === "priority" && (
          <PriorityPicker ticket={ticket} onClose={close} onChoose={(priority) => change({ priority })} />
        )}
        <ResolveDialog ticket={ticket} open={opened === "resolve"} onClose={close} />
        <CancelDialog ticket={ticket} open={opened === "cancel"} onClose={close} />
        <ConflictDialog clash={clash} onMine={() => void insist()} onTheirs={giveIn} />
      </>
    ),
  };
}
