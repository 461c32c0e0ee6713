import { Link as RouterLink } from "@tanstack/react-router";
import { type AnchorHTMLAttributes, forwardRef } from "react";

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  /** An address from lib/paths.ts. */
  to: string;
  search?: Record<string, string | undefined>;
  /** The link counts as the present page only on an exact match. */
  exact?: boolean;
  replace?: boolean;
}

/** A link inside the app. The present page's link carries `aria-current="page"`. */
export const Link = forwardRef<HTMLAnchorElement, Props>(function Link({ to, search, exact, ...rest }, ref) {
  return (
    <RouterLink
      ref={ref}
      to={to}
      search={(search ?? {}) as never}
      activeOptions={{ exact: exact ?? false, includeSearch: false }}
      {...rest}
    />
  );
});
