import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { BrokenPage, MissingPage } from "./failures";
import { customersOnly, staffOnly } from "./guards";
import { RootLayout } from "./RootLayout";

/*
 * The table of contents: one line per page. Addresses are built by lib/paths.ts; a test holds the two together.
 */
const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: RootLayout });

// Public: anybody.
const publicPages: ReturnType<typeof page>[] = [
  page(root, "/", () => import("@/features/landing/LandingPage"), "LandingPage"),
  page(root, "sign-in", () => import("@/features/session/SignInPage"), "SignInPage"),
  page(root, "welcome/$token", () => import("@/features/invitations/WelcomePage"), "WelcomePage"),
];

// Portal: customers.
const portal = createRoute({
  getParentRoute: () => root,
  path: "portal",
  beforeLoad: customersOnly,
  component: lazyRouteComponent(() => import("@/features/portal/PortalFrame"), "PortalFrame"),
});
const portalPages: ReturnType<typeof page>[] = [
  page(portal, "/", () => import("@/features/portal/HomePage"), "HomePage"),
  page(portal, "company", () => import("@/features/portal/HomePage"), "CompanyPage"),
  page(portal, "new", () => import("@/features/portal/NewTicketPage"), "NewTicketPage"),
  page(portal, "tickets/$number", () => import("@/features/portal/TicketPage"), "TicketPage"),
];

// Desk: staff.
const desk = createRoute({
  getParentRoute: () => root,
  path: "desk",
  beforeLoad: staffOnly,
  component: lazyRouteComponent(() => import("./desk/DeskFrame"), "DeskFrame"),
});
const deskPages: ReturnType<typeof page>[] = [];

type Parent = typeof root | typeof portal | typeof desk;
type Page = Parameters<typeof lazyRouteComponent>[0];

/** A page that is loaded when it is first visited. */
function page(parent: Parent, path: string, load: Page, name: string) {
  return createRoute({
    getParentRoute: () => parent as typeof root,
    path,
    component: lazyRouteComponent(load, name),
  });
}

const tree = root.addChildren([...publicPages, portal.addChildren(portalPages), desk.addChildren(deskPages)]);

/** The address bar shows plain text: `?status=open&q=42`, every value a string. */
export const searchText = {
  parseSearch: (text: string) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search: Record<string, unknown>) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
    return text && `?${text}`;
  },
};

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultNotFoundComponent: MissingPage,
    defaultErrorComponent: BrokenPage,
    ...searchText,
  });
}
