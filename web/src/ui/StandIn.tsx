import { cloneElement, type ReactElement, useId, useState } from "react";
import { hadFocus, loadFloating, standIn } from "./useFloating";

/** Whether somebody pressed the button before what it opens was here. */
export function useAsked() {
  const [asked, setAsked] = useState(false);
  const id = useId();
  return {
    id,
    asked,
    ask: () => {
      setAsked(true);
      void loadFloating();
    },
    takesFocus: () => hadFocus(id),
  };
}

interface Props {
  id: string;
  trigger: ReactElement;
  opens: "menu" | "dialog";
  onAsk: () => void;
}

/** The button of a menu that is not here yet: it looks the same, fetches the menu when reached for, and opens it. */
export function StandIn({ id, trigger, opens, onAsk }: Props) {
  const fetch = () => void loadFloating();
  const props: Record<string, unknown> = {
    [standIn]: id,
    "aria-haspopup": opens,
    "aria-expanded": false,
    onClick: onAsk,
    onPointerEnter: fetch,
    onFocus: fetch,
  };
  return cloneElement(trigger, props);
}
