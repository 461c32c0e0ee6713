import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { loadRest } from "@/lib/i18n/catalogue";
import { BrokenAlone, BrokenPage, MissingAlone, MissingPage } from "./failures";
import {
  adminsOnly,
  customersOnly,
  managersOnly,
  monitorsOnly,
  staffOnly,
  toFirstSetting,
  withoutSecondFactor,
} from "./guards";
import { RootLayout } from "./RootLayout";

/*
 * The table of contents: one line per page. Addresses are built by lib/paths.ts; a test holds the two together.
 */
const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: RootLayout,
  notFoundComponent: MissingAlone,
  errorComponent: BrokenAlone,
});

// Public: anybody.
const publicPages: ReturnType<typeof page>[] = [
  page(
    root,
    "/",
    withItsWords(() => import("@/features/landing/LandingPage")),
    "LandingPage",
  ),
  page(
    root,
    "sign-in",
    withItsWords(() => import("@/features/session/SignInPage")),
    "SignInPage",
  ),
  page(
    root,
    "forgotten-password",
    withItsWords(() => import("@/features/session/ForgottenPasswordPage")),
    "ForgottenPasswordPage",
  ),
  page(
    root,
    "sign-in/$organization",
    withItsWords(() => import("@/features/session/SignInPage")),
    "SignInPage",
  ),
  page(
    root,
    "welcome/$token",
    withItsWords(() => import("@/features/invitations/WelcomePage")),
    "WelcomePage",
  ),
  page(
    root,
    "rate/$token",
    withItsWords(() => import("@/features/portal/RateByLinkPage")),
    "RateByLinkPage",
  ),
  page(
    root,
    "second-factor",
    withItsWords(() => import("@/features/profile/SecondFactorPage")),
    "SecondFactorPage",
    withoutSecondFactor,
  ),
  page(
    root,
    "docs/api",
    withItsWords(() => import("@/features/reference/ReferencePage")),
    "ReferencePage",
  ),
];

// Portal: customers.
const portal = createRoute({
  getParentRoute: () => root,
  path: "portal",
  beforeLoad: customersOnly,
  component: lazyRouteComponent(
    withItsWords(() => import("@/features/portal/PortalFrame")),
    "PortalFrame",
  ),
});
const portalPages: ReturnType<typeof page>[] = [
  page(portal, "/", () => import("@/features/portal/HomePage"), "HomePage"),
  page(portal, "company", () => import("@/features/portal/HomePage"), "CompanyPage"),
  page(portal, "new", () => import("@/features/portal/NewTicketPage"), "NewTicketPage"),
  page(portal, "tickets/$number", () => import("@/features/portal/TicketPage"), "TicketPage"),
  page(portal, "profile", () => import("@/features/profile/ProfilePage"), "ProfilePage"),
];

// Desk: staff.
const desk = createRoute({
  getParentRoute: () => root,
  path: "desk",
  beforeLoad: staffOnly,
  component: lazyRouteComponent(() => import("./desk/DeskFrame"), "DeskFrame"),
});
const deskPages: ReturnType<typeof page>[] = [
  page(desk, "/", () => import("@/features/dashboard/DashboardPage"), "DashboardPage"),
  page(desk, "inbox", () => import("@/features/tickets/TicketListPage"), "InboxPage"),
  page(desk, "mine", () => import("@/features/tickets/TicketListPage"), "MyTicketsPage"),
  page(desk, "unassigned", () => import("@/features/tickets/TicketListPage"), "UnassignedPage"),
  page(desk, "tickets", () => import("@/features/tickets/TicketListPage"), "AllTicketsPage"),
  page(desk, "tickets/$number", () => import("@/features/tickets/TicketPage"), "TicketPage"),
  page(desk, "outbox", () => import("@/features/outbox/OutboxPage"), "OutboxPage", managersOnly),
  page(
    desk,
    "monitoring",
    withItsWords(() => import("@/features/monitoring/MonitoringPage")),
    "MonitoringPage",
    monitorsOnly,
  ),
  page(
    desk,
    "jobs",
    withItsWords(() => import("@/features/jobs/JobsPage")),
    "JobsPage",
    monitorsOnly,
  ),
];

// Settings: in the frame of the desk; administrators, except for the own profile.
const settings = createRoute({
  getParentRoute: () => desk,
  path: "settings",
  component: lazyRouteComponent(
    withItsWords(() => import("./desk/SettingsFrame")),
    "SettingsFrame",
  ),
});
const settingsPages: ReturnType<typeof page>[] = [
  createRoute({ getParentRoute: () => settings as never, path: "/", beforeLoad: toFirstSetting }) as never,
  page(settings, "people", () => import("@/features/people/PeoplePage"), "PeoplePage", adminsOnly),
  page(
    settings,
    "companies",
    () => import("@/features/companies/CompaniesPage"),
    "CompaniesPage",
    adminsOnly,
  ),
  page(settings, "policy", () => import("@/features/sla/PolicyPage"), "PolicyPage", adminsOnly),
  page(settings, "calendar", () => import("@/features/sla/CalendarPage"), "CalendarPage", adminsOnly),
  page(settings, "security", () => import("@/features/security/SecurityPage"), "SecurityPage", adminsOnly),
  page(settings, "tokens", () => import("@/features/tokens/TokensPage"), "TokensPage", adminsOnly),
  page(
    settings,
    "security/single-sign-on",
    () => import("@/features/security/SingleSignOnPage"),
    "SingleSignOnPage",
    adminsOnly,
  ),
  page(
    settings,
    "mail",
    () => import("@/features/mailChannels/MailChannelsPage"),
    "MailChannelsPage",
    adminsOnly,
  ),
  page(
    settings,
    "mail/channels/new",
    () => import("@/features/mailChannels/MailChannelPage"),
    "NewMailChannelPage",
    adminsOnly,
  ),
  page(
    settings,
    "mail/channels/$id",
    () => import("@/features/mailChannels/MailChannelPage"),
    "MailChannelPage",
    adminsOnly,
  ),
  page(
    settings,
    "mail/templates",
    () => import("@/features/mailTemplates/MailTemplatesPage"),
    "MailTemplatesPage",
    adminsOnly,
  ),
  page(settings, "mail/log", () => import("@/features/mailLog/MailLogPage"), "MailLogPage", adminsOnly),
  page(settings, "audit", () => import("@/features/audit/AuditPage"), "AuditPage", adminsOnly),
  page(settings, "profile", () => import("@/features/profile/ProfilePage"), "ProfilePage"),
];

type Parent = typeof root | typeof portal | typeof desk | typeof settings;
type Guard = typeof adminsOnly;
type Page = Parameters<typeof lazyRouteComponent>[0];

/** The words of an agent's day are there; a page that says others comes with them. */
function withItsWords(load: Page): Page {
  return async () => {
    const [loaded] = await Promise.all([load(), loadRest()]);
    return loaded;
  };
}

/** A page that is loaded when it is first visited. */
function page(parent: Parent, path: string, load: Page, name: string, beforeLoad?: Guard) {
  return createRoute({
    getParentRoute: () => parent as typeof root,
    path,
    beforeLoad,
    component: lazyRouteComponent(load, name),
  });
}

const tree = root.addChildren([
  ...publicPages,
  portal.addChildren(portalPages),
  desk.addChildren([...deskPages, settings.addChildren(settingsPages) as never]),
]);

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
