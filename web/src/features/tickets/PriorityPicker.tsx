import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { Picker } from "@/ui/Picker";
import { type Priority, PriorityGlyph, priorities, priorityWords } from "@/ui/PriorityGlyph";
import type { Ticket } from "./queries";

interface Props {
  ticket: Ticket;
  onClose: () => void;
  onChoose: (priority: Priority) => void;
}

export function PriorityPicker({ ticket, onClose, onChoose }: Props) {
  const t = useT();
  const [text, setText] = useState("");
  const choices = priorities
    .toReversed()
    .map((priority) => ({
      id: priority,
      label: t(priorityWords[priority]),
      icon: <PriorityGlyph priority={priority} decorative />,
      chosen: priority === ticket.priority,
      onSelect: () => onChoose(priority),
    }))
    .filter(({ label }) => label.toLocaleLowerCase().includes(text.toLocaleLowerCase()));
  const title = t("tickets.priority_title", { number: String(ticket.number) });
  return (
    <Picker
      open
      onClose={onClose}
      label={title}
      placeholder={title}
      text={text}
      setText={setText}
      groups={[{ id: "priorities", choices }]}
      empty={t("palette.nothing", { text })}
    />
  );
}
