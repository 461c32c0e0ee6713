import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/lib/i18n/I18nProvider";
import { useSession } from "@/lib/session/session";
import { Avatar } from "@/ui/Avatar";
import { UnassignedIcon } from "@/ui/icons";
import { type Choice, Picker } from "@/ui/Picker";
import { useAssign } from "./assign";
import { type PersonSummary, staffQuery } from "./queries";

interface Props {
  ticket: { number: number; version: number; assignee?: PersonSummary | null };
  onClose: () => void;
}

/** Who takes this ticket: myself first, then the colleagues, then nobody. */
export function AssignPicker({ ticket, onClose }: Props) {
  const t = useT();
  const { person: me } = useSession();
  const staff = useQuery(staffQuery).data ?? [];
  const assign = useAssign();
  const [text, setText] = useState("");
  const named = text.trim().toLocaleLowerCase();
  const ordered = [...staff.filter(({ id }) => id === me.id), ...staff.filter(({ id }) => id !== me.id)];

  const people = ordered
    .filter(({ name }) => name.toLocaleLowerCase().includes(named))
    .map(
      (person): Choice => ({
        id: person.id,
        label: person.name,
        icon: <Avatar person={person} size={20} />,
        detail: person.id === me.id ? t("tickets.me") : t(`role.${person.role}`),
        chosen: person.id === ticket.assignee?.id,
        onSelect: () => assign.mutate({ ticket, person }),
      }),
    );
  const nobody: Choice = {
    id: "nobody",
    label: t("tickets.unassign"),
    icon: <UnassignedIcon size={16} />,
    onSelect: () => assign.mutate({ ticket, person: null }),
  };

  return (
    <Picker
      open
      onClose={onClose}
      label={t("tickets.assign_title", { number: String(ticket.number) })}
      placeholder={t("tickets.assign_placeholder")}
      text={text}
      setText={setText}
      groups={[{ id: "people", choices: ticket.assignee && !named ? [...people, nobody] : people }]}
      empty={t("palette.nothing", { text })}
    />
  );
}
