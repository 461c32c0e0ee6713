import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { activeCommands, type Command } from "@/lib/commands";
import { useT } from "@/lib/i18n/I18nProvider";
import { closeLayer, useTop } from "@/lib/palette";
import { paths } from "@/lib/paths";
import { Avatar } from "@/ui/Avatar";
import { SearchIcon } from "@/ui/icons";
import { type Choice, type ChoiceGroup, Picker } from "@/ui/Picker";
import { StatusGlyph } from "@/ui/StatusGlyph";
import { matches } from "./matches";
import { recentIds, remember } from "./recent";
import { useSearch } from "./search";

/** Everything that can be done or opened, by typing. Commands of the page that is open come first. */
export function Palette() {
  const t = useT();
  const open = useTop() === "palette";
  const [text, setText] = useState("");

  function close() {
    closeLayer("palette");
    setText("");
  }

  return (
    <Picker
      open={open}
      onClose={close}
      label={t("palette.title")}
      placeholder={t("palette.placeholder")}
      text={text}
      setText={setText}
      groups={useGroups(open, text.trim())}
      empty={t("palette.nothing", { text })}
    />
  );
}

function choiceOf(command: Command): Choice {
  return {
    ...command,
    onSelect() {
      remember(command.id);
      command.run();
    },
  };
}

function useGroups(open: boolean, text: string): ChoiceGroup[] {
  const t = useT();
  const found = useFound(text);
  if (!open) return [];
  const commands = activeCommands().filter((command) => !command.keyOnly && matches(command.label, text));
  const recent = text ? [] : recentIds().flatMap((id) => commands.find((command) => command.id === id) ?? []);
  const others = commands.filter((command) => !recent.includes(command));
  return [
    { id: "recent", label: t("palette.recent"), choices: recent.map(choiceOf) },
    ...found.slice(0, 1),
    {
      id: "actions",
      label: t("palette.actions"),
      choices: others.filter(({ group }) => group !== "go").map(choiceOf),
    },
    { id: "go", label: t("palette.go"), choices: others.filter(({ group }) => group === "go").map(choiceOf) },
    ...found.slice(1),
  ];
}

/** Tickets and people of the server, and a way to the whole list. */
function useFound(text: string): ChoiceGroup[] {
  const t = useT();
  const navigate = useNavigate();
  const result = useSearch(text);
  if (!text) return [];
  const tickets = (result?.tickets ?? []).map((ticket) => ({
    id: ticket.id,
    label: ticket.subject,
    icon: <StatusGlyph status={ticket.status} />,
    detail: t("tickets.number", { number: String(ticket.number) }),
    onSelect: () => void navigate({ to: paths.desk.ticket(ticket.number) }),
  }));
  const people = (result?.people ?? []).map((person) => ({
    id: person.id,
    label: person.name,
    icon: <Avatar person={person} size={20} />,
    detail: t("palette.tickets_of", { name: person.name }),
    onSelect: () => void navigate({ to: paths.desk.tickets(), search: { requester: person.id } as never }),
  }));
  const all = {
    id: "all",
    label: t("palette.search_tickets", { text }),
    icon: <SearchIcon size={16} />,
    onSelect: () => void navigate({ to: paths.desk.tickets(), search: { q: text } as never }),
  };
  return [
    { id: "tickets", label: t("palette.tickets"), choices: tickets },
    { id: "people", label: t("palette.people"), choices: people },
    { id: "all", choices: [all] },
  ];
}
