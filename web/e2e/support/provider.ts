import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import Provider from "oidc-provider";

export interface Claims {
  email: string;
  email_verified: boolean;
  name: string;
  groups: string[];
}

export const clientId = "atum";
export const clientSecret = "kept at the provider and sealed here";

/**
 * A certified OpenID provider on this machine's loopback. Whoever types an account's name at it is that person: its own
 * passwords are not what is tested.
 */
export class IdentityProvider {
  readonly accounts: Record<string, Claims> = {};

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  static async start(redirectUri: string): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const started = new IdentityProvider(`http://127.0.0.1:${port}`, server);
    const provider = new Provider(started.issuer, started.configuration(redirectUri));
    const answer = provider.callback();
    server.on("request", (request, response) => {
      if (request.url?.startsWith("/interaction/")) void started.interact(provider, request, response);
      else answer(request, response);
    });
    return started;
  }

  private configuration(redirectUri: string) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return {
      clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
      jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" }] },
      cookies: { keys: [randomUUID()] },
      claims: { email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...this.accounts[id] }),
      }),
      // Nobody is asked whether the helpdesk may know the claims: an organization's provider knows its own.
      loadExistingGrant: grantEverything,
    };
  }

  /** The page that asks who one is. */
  private async interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
    if (request.method === "POST") {
      const accountId = new URLSearchParams(await bodyOf(request)).get("account") ?? "";
      const known = accountId in this.accounts;
      const result = known ? { login: { accountId } } : { error: "access_denied" };
      return provider.interactionFinished(request, response, result);
    }
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><title>Nile Account</title><form method="post">
      <label>Account <input name="account" autofocus></label><button>Go on</button></form>`);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

interface Asked {
  oidc: {
    client: { clientId: string };
    session: { accountId: string; grantIdFor: (clientId: string) => string | undefined };
    provider: Provider;
  };
}

async function grantEverything({ oidc }: Asked) {
  const { client, provider, session } = oidc;
  const known = session.grantIdFor(client.clientId);
  if (known) return provider.Grant.find(known);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid email profile groups");
  await grant.save();
  return grant;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
