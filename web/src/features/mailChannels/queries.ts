import { queryOptions } from "@tanstack/react-query";
import { client, data, type Schemas, seen } from "@/api/client";

export type MailChannel = Schemas["MailChannel"];
export type ChannelBody = Schemas["NewMailChannel"];
export type ParkedAddress = Schemas["ParkedAddress"];
export type TestedStep = Schemas["MailChannelTested"]["imap"][number];

/** The state moves by itself: so does what is shown of it. */
export const channelsQuery = queryOptions({
  queryKey: ["mail-channels"],
  queryFn: () => data(client.GET("/api/v1/mail-channels")),
  refetchInterval: 10_000,
});

const at = (id: string) => ({ path: { id } });

export function channelQuery(id: string) {
  return queryOptions({
    queryKey: ["mail-channels", id],
    queryFn: () => data(client.GET("/api/v1/mail-channels/{id}", { params: at(id) })),
  });
}

export const createChannel = (body: ChannelBody) => data(client.POST("/api/v1/mail-channels", { body }));

export function saveChannel({ id, version }: MailChannel, body: ChannelBody) {
  const params = { path: { id }, header: seen(version) };
  return data(client.PUT("/api/v1/mail-channels/{id}", { params, body }));
}

export const removeChannel = (id: string) =>
  data(client.DELETE("/api/v1/mail-channels/{id}", { params: at(id) }));

/** Without a key of one's own the server makes one; it is never told again. */
export function setDkim(id: string, key: { domain: string; selector: string; private_key: string }) {
  const { private_key, ...name } = key;
  const body = { ...name, ...(private_key.trim() && { private_key }) };
  return data(client.PUT("/api/v1/mail-channels/{id}/dkim", { params: { path: { id } }, body }));
}

export const removeDkim = (id: string) =>
  data(client.DELETE("/api/v1/mail-channels/{id}/dkim", { params: { path: { id } } }));

/** With `id` the secrets that are kept stand in for those that were not typed. */
export const testChannel = (body: ChannelBody, id?: string) =>
  data(client.POST("/api/v1/mail-channels/test", { params: { query: { channel_id: id } }, body }));

export const parkedQuery = queryOptions({
  queryKey: ["parked-addresses"],
  queryFn: () => data(client.GET("/api/v1/parked-addresses")),
});

export const releaseAddress = (address: string) =>
  data(client.POST("/api/v1/parked-addresses/release", { body: { address } }));
