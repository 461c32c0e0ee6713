import * as Ariakit from "@ariakit/react";
import type { ReactNode } from "react";
import type { PopoverProps } from "../Popover";

interface Loaded extends PopoverProps {
  asked: boolean;
  takesFocus: boolean;
}

/** A button that opens a panel beside it; the focus goes in, Escape and a press elsewhere close it. */
export function Popover({ trigger, label, className, children, asked, takesFocus }: Loaded) {
  const popover = Ariakit.usePopoverStore({ placement: "bottom-end", defaultOpen: asked });
  return (
    <>
      <Ariakit.PopoverDisclosure store={popover} render={trigger} autoFocus={asked || takesFocus} />
      <Ariakit.Popover
        store={popover}
        portal={false}
        fixed
        gutter={8}
        unmountOnHide
        aria-label={label}
        className={className}
      >
        {children(popover.hide)}
      </Ariakit.Popover>
    </>
  );
}

export function PopoverTitle({ className, children }: { className?: string; children: ReactNode }) {
  return <Ariakit.PopoverHeading className={className}>{children}</Ariakit.PopoverHeading>;
}
