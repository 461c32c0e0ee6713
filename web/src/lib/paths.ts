/** Every address of the app. Features and pages name places through this file, never by strings. */
export const paths = {
  landing: () => "/",
  signIn: () => "/sign-in",
  forgottenPassword: () => "/forgotten-password",
  signInTo: (organization: string) => `/sign-in/${encodeURIComponent(organization)}`,
  invitation: (token: string) => `/welcome/${token}`,
  secondFactor: () => "/second-factor",
  apiReference: () => "/docs/api",
  portal: {
    home: () => "/portal",
    company: () => "/portal/company",
    newTicket: () => "/portal/new",
    ticket: (number: number) => `/portal/tickets/${number}`,
    profile: () => "/portal/profile",
  },
  desk: {
    dashboard: () => "/desk",
    inbox: () => "/desk/inbox",
    mine: () => "/desk/mine",
    unassigned: () => "/desk/unassigned",
    tickets: () => "/desk/tickets",
    ticket: (number: number) => `/desk/tickets/${number}`,
    outbox: () => "/desk/outbox",
    monitoring: () => "/desk/monitoring",
    jobs: () => "/desk/jobs",
    settings: {
      home: () => "/desk/settings",
      profile: () => "/desk/settings/profile",
      people: () => "/desk/settings/people",
      companies: () => "/desk/settings/companies",
      policy: () => "/desk/settings/policy",
      calendar: () => "/desk/settings/calendar",
      security: () => "/desk/settings/security",
      tokens: () => "/desk/settings/tokens",
      singleSignOn: () => "/desk/settings/security/single-sign-on",
      audit: () => "/desk/settings/audit",
      mail: () => "/desk/settings/mail",
      newMailChannel: () => "/desk/settings/mail/channels/new",
      mailChannel: (id: string) => `/desk/settings/mail/channels/${id}`,
      mailTemplates: () => "/desk/settings/mail/templates",
      mailLog: () => "/desk/settings/mail/log",
    },
  },
};

/** Where files of the API lie; these are used as `href` and `src`, not fetched by the client. */
export const fileUrl = (id: string) => `/api/v1/files/${id}`;
/** The audit trail as a table, as the filters narrow it. */
export const auditExportUrl = (query: Record<string, string | number | undefined>) => {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)]],
  );
  return `/api/v1/audit/events.csv?${new URLSearchParams(given)}`;
};
/** A mail as it came over the wire, and one as it leaves. */
export const mailRawUrl = (id: string) => `/api/v1/mail-log/${id}/raw`;
export const outboxHtmlUrl = (id: string) => `/api/v1/outbox/${id}/html`;
export const outboxRawUrl = (id: string) => `/api/v1/outbox/${id}/raw`;
/** A message that came by mail, as its sender made it; `remote` lets its pictures be fetched from elsewhere. */
export const messageHtmlUrl = (id: string, remote: boolean) => `/api/v1/messages/${id}/html?remote=${remote}`;
export const thumbnailUrl = (id: string) => `/api/v1/files/${id}/thumbnail`;

/** The page that somebody belongs to after signing in; an operator who is in no organization has no role. */
export function homeOf(role: string | null | undefined): string {
  if (!role) return paths.desk.monitoring();
  return role === "customer" || role === "customer_admin" ? paths.portal.home() : paths.desk.dashboard();
}
