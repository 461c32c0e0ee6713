import { describe, expect, it } from "vitest";
import { bodyOf, formOf, usesOAuth, withSecurity } from "./channelForm";
import { nile } from "./nile";

describe("the port of a server", () => {
  const server = { ...formOf(null).smtp };

  it("goes with the kind of line", () => {
    expect(withSecurity("smtp", server, "starttls").port).toBe("587");
    expect(withSecurity("imap", formOf(null).imap, "starttls").port).toBe("143");
  });

  it("stays where somebody chose another one", () => {
    expect(withSecurity("smtp", { ...server, port: "2525" }, "starttls").port).toBe("2525");
  });
});

describe("what is sent", () => {
  it("is what was read, as long as nothing was typed; secrets stay where they are", () => {
    const { id: _, version: __, state: ___, dkim: ____, ...channel } = nile;
    const { password_set: _____, ...imap } = channel.imap ?? { password_set: true };
    const { password_set: ______, ...smtp } = channel.smtp ?? { password_set: true };
    expect(bodyOf(formOf(nile))).toEqual({ ...channel, imap, smtp });
  });

  it("leaves out what a choice made meaningless", () => {
    const form = formOf(nile);
    const imap = { ...form.imap, after: "keep" as const, folders: " INBOX \n\n Orders " };
    const body = bodyOf({ ...form, imap, sends: false });
    expect(body.imap?.after).toEqual({ action: "keep", folder: null, days: null });
    expect(body.imap?.folders).toEqual(["INBOX", "Orders"]);
    expect(body.smtp).toBeNull();
  });

  it("names where tokens come from only where a server is signed in to with one", () => {
    const form = formOf(nile);
    const token = { ...form, imap: { ...form.imap, authentication: "xoauth2" as const } };
    const typed = { ...token, oauth: { ...form.oauth, client_id: "desk", refresh_token: "r1" } };
    expect(usesOAuth(form)).toBe(false);
    expect(bodyOf(form).oauth).toBeNull();
    expect(bodyOf(typed).oauth).toEqual({ token_url: "", client_id: "desk", scope: "", refresh_token: "r1" });
    expect(bodyOf({ ...typed, fetches: false }).oauth).toBeNull();
  });
});
