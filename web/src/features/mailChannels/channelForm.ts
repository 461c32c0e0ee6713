import type { ChannelBody, MailChannel } from "./queries";

type Imap = NonNullable<MailChannel["imap"]>;
type Smtp = NonNullable<MailChannel["smtp"]>;
export type Security = Imap["security"];
export type AfterFetch = Imap["after"]["action"];

/** Everything as it is typed; numbers, lists and what is left out come into being when it is sent. */
export interface ChannelForm {
  name: string;
  address: string;
  from_name: string;
  signature: string;
  active: boolean;
  trusted_authserv_id: string;
  subject_token: boolean;
  plus_address: boolean;
  silence_hours: string;
  fetches: boolean;
  imap: Server & {
    authentication: Imap["authentication"];
    folders: string;
    sent_folder: string;
    after: AfterFetch;
    after_folder: string;
    after_days: string;
  };
  sends: boolean;
  smtp: Server & { authentication: Smtp["authentication"] };
  oauth: {
    token_url: string;
    client_id: string;
    scope: string;
    client_secret: string;
    refresh_token: string;
  };
}

export interface Server {
  host: string;
  port: string;
  security: Security;
  username: string;
  /** What replaces the one that is kept. Empty: nothing does. */
  password: string;
}

/** RFC 8314 and, without TLS from the start, RFC 3501 and 6409. */
export const usualPorts = {
  imap: { tls: "993", starttls: "143", none: "143" },
  smtp: { tls: "465", starttls: "587", none: "25" },
} as const;

/** Another kind of line usually listens elsewhere; a port that somebody chose stays. */
export function withSecurity<S extends Server>(
  kind: keyof typeof usualPorts,
  server: S,
  security: Security,
): S {
  const isUsual = server.port === "" || server.port === usualPorts[kind][server.security];
  return { ...server, security, port: isUsual ? usualPorts[kind][security] : server.port };
}

export const usesOAuth = (form: ChannelForm) =>
  (form.fetches && form.imap.authentication === "xoauth2") ||
  (form.sends && form.smtp.authentication === "xoauth2");

const emptyServer = { host: "", username: "", password: "", security: "tls" } as const;

export function formOf(channel: MailChannel | null): ChannelForm {
  const { imap, smtp, oauth } = channel ?? {};
  return {
    name: channel?.name ?? "",
    address: channel?.address ?? "",
    from_name: channel?.from_name ?? "",
    signature: channel?.signature ?? "",
    active: channel?.active ?? true,
    trusted_authserv_id: channel?.trusted_authserv_id ?? "",
    subject_token: channel?.subject_token ?? true,
    plus_address: channel?.plus_address ?? true,
    silence_hours: channel?.silence_hours ? String(channel.silence_hours) : "",
    fetches: channel === null || imap != null,
    imap: {
      ...(imap ? serverOf(imap) : { ...emptyServer, port: usualPorts.imap.tls }),
      authentication: imap?.authentication ?? "password",
      folders: imap?.folders.join("\n") ?? "INBOX",
      sent_folder: imap?.sent_folder ?? "",
      after: imap?.after.action ?? "keep",
      after_folder: imap?.after.folder ?? "",
      after_days: imap?.after.days ? String(imap.after.days) : "30",
    },
    sends: channel === null || smtp != null,
    smtp: {
      ...(smtp ? serverOf(smtp) : { ...emptyServer, port: usualPorts.smtp.tls }),
      authentication: smtp?.authentication ?? "password",
    },
    oauth: {
      token_url: oauth?.token_url ?? "",
      client_id: oauth?.client_id ?? "",
      scope: oauth?.scope ?? "",
      client_secret: "",
      refresh_token: "",
    },
  };
}

function serverOf(server: Imap | Smtp): Server {
  const { host, port, security, username } = server;
  return { host, port: String(port), security, username: username ?? "", password: "" };
}

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
const orNull = (text: string) => text.trim() || null;
const numberOrNull = (text: string) => (text.trim() === "" ? null : Number(text));
/** A secret that was not typed is left out, so that the kept one stays. */
const secret = <Key extends string>(key: Key, text: string) =>
  (text === "" ? {} : { [key]: text }) as Partial<Record<Key, string>>;

export function bodyOf(form: ChannelForm): ChannelBody {
  return {
    name: form.name.trim(),
    address: form.address.trim(),
    from_name: form.from_name.trim(),
    signature: form.signature,
    active: form.active,
    trusted_authserv_id: orNull(form.trusted_authserv_id),
    subject_token: form.subject_token,
    plus_address: form.plus_address,
    silence_hours: numberOrNull(form.silence_hours),
    imap: form.fetches ? imapOf(form.imap) : null,
    smtp: form.sends ? smtpOf(form.smtp) : null,
    oauth: usesOAuth(form) ? oauthOf(form.oauth) : null,
  };
}

function imapOf({
  password,
  folders,
  sent_folder,
  after,
  after_folder,
  after_days,
  ...server
}: ChannelForm["imap"]) {
  return {
    ...server,
    ...addressOf(server),
    username: server.username.trim(),
    ...secret("password", password),
    folders: lines(folders),
    sent_folder: orNull(sent_folder),
    after: {
      action: after,
      folder: after === "move" ? orNull(after_folder) : null,
      days: after === "delete" ? numberOrNull(after_days) : null,
    },
  };
}

function smtpOf({ password, ...server }: ChannelForm["smtp"]) {
  const isNamed = server.authentication !== "none";
  return {
    ...server,
    ...addressOf(server),
    username: isNamed ? orNull(server.username) : null,
    ...(server.authentication === "password" && secret("password", password)),
  };
}

const addressOf = ({ host, port }: { host: string; port: string }) => ({
  host: host.trim(),
  port: Number(port),
});

function oauthOf({ client_secret, refresh_token, ...provider }: ChannelForm["oauth"]) {
  return {
    token_url: provider.token_url.trim(),
    client_id: provider.client_id.trim(),
    scope: provider.scope.trim(),
    ...secret("client_secret", client_secret),
    ...secret("refresh_token", refresh_token),
  };
}
