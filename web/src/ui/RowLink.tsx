import { useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, MouseEvent } from "react";

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClick"> {
  /** An address from lib/paths.ts. */
  to: string;
  search?: Record<string, string | undefined>;
}

/**
 * A link for the rows of long lists. It does not follow the router's state as `Link` does, which for each row costs more
 * than all else in it; what it leads to is prefetched by the list.
 */
export function RowLink({ to, search = {}, ...rest }: Props) {
  const router = useRouter();

  function open(event: MouseEvent) {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || elsewhere) return;
    event.preventDefault();
    void router.navigate({ to, search: search as never });
  }

  return <a {...rest} href={to + textOf(search)} onClick={open} />;
}

function textOf(search: Record<string, string | undefined>): string {
  const given = Object.entries(search).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}
