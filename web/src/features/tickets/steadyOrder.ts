import { useCallback, useMemo, useState } from "react";

interface Item {
  id: string;
}

export interface Order {
  /** What the order belongs to; another list starts anew. */
  key: string;
  ids: string[];
}

/**
 * Keeps rows where the reader left them while a live list changes under them: rows change in place and
 * leave when they are gone; what arrives above or between is counted, not shown. What comes below the
 * last row (the next page) is taken over.
 */
export function settle<T extends Item>(
  order: string[],
  items: T[],
): { shown: T[]; ids: string[]; arrived: number } {
  const byId = new Map(items.map((item) => [item.id, item]));
  const kept = order.filter((id) => byId.has(id));
  const known = new Set(order);
  const lastKnown = items.findLastIndex((item) => known.has(item.id));
  // With nothing left to read there is nothing that could jump.
  const below = kept.length === 0 ? items : items.slice(lastKnown + 1);
  const ids = [...kept, ...below.map((item) => item.id)];
  const shown = ids.flatMap((id) => byId.get(id) ?? []);
  return { shown, ids, arrived: items.length - shown.length };
}

export function useSteadyOrder<T extends Item>(key: string, items: T[]) {
  const [order, setOrder] = useState<Order>({ key, ids: [] });
  const ids = order.key === key ? order.ids : [];
  const settled = useMemo(() => settle(ids, items), [ids, items]);
  // Remembers what is shown now, as the order that the next answer has to respect.
  if (order.key !== key || settled.ids.join() !== ids.join()) setOrder({ key, ids: settled.ids });

  const showAll = useCallback(() => setOrder({ key, ids: items.map((item) => item.id) }), [key, items]);
  return { shown: settled.shown, arrived: settled.arrived, showAll };
}
