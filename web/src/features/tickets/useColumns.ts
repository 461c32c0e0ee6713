import { useState } from "react";

const narrowPage = "(max-width: 1100px)";

function stored(key: string, byDefault: boolean): boolean {
  const value = localStorage.getItem(key);
  return value === null ? byDefault : value === "shown";
}

function useColumn(key: string, byDefault: boolean) {
  const [shown, setShown] = useState(() => stored(key, byDefault));
  function toggle() {
    localStorage.setItem(key, shown ? "hidden" : "shown");
    setShown(!shown);
  }
  return [shown, toggle] as const;
}

/** Which of the side columns are open; remembered. On a narrow page the conversation stands alone at first. */
export function useColumns() {
  const narrow = window.matchMedia?.(narrowPage).matches ?? false;
  const [list, toggleList] = useColumn(narrow ? "atum.ticket.list.narrow" : "atum.ticket.list", !narrow);
  const [wideProperties, toggleWide] = useColumn("atum.ticket.properties", true);
  // On a narrow page the properties lie over the text: never remembered, closed with each ticket.
  const [over, setOver] = useState(false);
  return {
    list,
    toggleList,
    properties: narrow ? over : wideProperties,
    toggleProperties: narrow ? () => setOver(!over) : toggleWide,
  };
}
