import { queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas } from "@/api/client";

export type Template = Schemas["MailTemplate"];
export type TemplateKind = Template["kind"];

/** In the order in which a customer meets them, then the staff's. */
export const kinds: TemplateKind[] = [
  "ticket_received",
  "staff_replied",
  "ticket_resolved",
  "invitation",
  "password_reset",
  "staff_notification",
  "digest",
];

export const templatesQuery = queryOptions({
  queryKey: ["mail-templates"],
  queryFn: () => data(client.GET("/api/v1/mail-templates")),
});

/** What is being written. */
export interface Draft {
  subject: string;
  body: string;
}

const at = ({ kind, locale }: Template) => ({ params: { path: { kind, locale } } });

export const saveTemplate = (template: Template, draft: Draft) =>
  data(
    client.PUT("/api/v1/mail-templates/{kind}/{locale}", {
      ...at(template),
      body: { ...draft, version: template.version ?? null },
    }),
  );

/** The organization's own words are gone; the usual ones are back. */
export const dropTemplate = (template: Template) =>
  data(client.DELETE("/api/v1/mail-templates/{kind}/{locale}", at(template))) as Promise<unknown>;

export const previewQuery = (template: Template, draft: Draft) =>
  queryOptions({
    queryKey: ["mail-templates", "preview", template.kind, template.locale, draft],
    queryFn: ({ signal }) =>
      data(
        client.POST("/api/v1/mail-templates/{kind}/{locale}/preview", {
          ...at(template),
          body: draft,
          signal,
        }),
      ),
    retry: false,
    gcTime: 0,
  });
