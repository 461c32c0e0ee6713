import { cloneElement, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import { keyLabel } from "@/lib/keyboard";
import { Key } from "./Key";
import styles from "./Tooltip.module.css";

interface Props {
  label: string;
  shortcut?: string;
  children: ReactElement;
}

/** Words for what has only an icon; the trigger keeps its own accessible name. Shown by `Tooltips`. */
export function Tooltip({ label, shortcut, children }: Props) {
  const props: Record<string, unknown> = { "data-tooltip": label, "data-tooltip-key": shortcut };
  return cloneElement(children, props);
}

interface Shown {
  label: string;
  shortcut?: string;
  box: DOMRect;
}

const restsMs = 400;
/** Long enough to reach the tooltip itself with the pointer. */
const leavesMs = 120;
const gutter = 6;

/** One for the whole page: a list of a thousand buttons has no more tooltips than a single one. */
export function Tooltips() {
  const [shown, setShown] = useState<Shown | null>(null);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => listen(setShown), []);

  useLayoutEffect(() => {
    const tip = place.current;
    if (!tip || !shown) return;
    const { width, height } = tip.getBoundingClientRect();
    const { box } = shown;
    const middle = box.left + box.width / 2 - width / 2;
    const below = box.bottom + gutter;
    const fits = below + height < window.innerHeight;
    tip.style.left = `${Math.max(4, Math.min(middle, window.innerWidth - width - 4))}px`;
    tip.style.top = `${fits ? below : box.top - gutter - height}px`;
  }, [shown]);

  if (!shown) return null;
  return (
    <div ref={place} className={styles.tooltip} data-tooltips aria-hidden="true">
      {shown.label}
      {shown.shortcut && <Key>{keyLabel(shown.shortcut)}</Key>}
    </div>
  );
}

function listen(show: (shown: Shown | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (ms: number, act: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  const showFor = (trigger: HTMLElement) => {
    const { tooltip: label, tooltipKey: shortcut } = trigger.dataset;
    if (label && trigger.isConnected) show({ label, shortcut, box: trigger.getBoundingClientRect() });
  };
  const triggerOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-tooltip]") : null;

  function onOver({ target, pointerType }: PointerEvent) {
    if (pointerType === "touch") return;
    if (target instanceof Element && target.closest("[data-tooltips]")) {
      clearTimeout(timer);
      return;
    }
    const trigger = triggerOf(target);
    if (trigger) soon(restsMs, () => showFor(trigger));
    else soon(leavesMs, () => show(null));
  }
  function onFocus({ target }: FocusEvent) {
    const trigger = triggerOf(target);
    if (trigger?.matches(":focus-visible")) soon(restsMs, () => showFor(trigger));
  }
  function away() {
    clearTimeout(timer);
    show(null);
  }

  const listeners = new AbortController();
  const { signal } = listeners;
  document.addEventListener("pointerover", onOver, { signal, passive: true });
  document.addEventListener("focusin", onFocus, { signal });
  for (const kind of ["pointerdown", "focusout", "keydown", "scroll"]) {
    document.addEventListener(kind, away, { signal, capture: true, passive: true });
  }
  return () => {
    clearTimeout(timer);
    listeners.abort();
  };
}
