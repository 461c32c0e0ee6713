import type { Schemas } from "@/api/client";
import { base64url, bytes } from "./base64url";
import { PasskeyError } from "./PasskeyError";

type Question = Schemas["PasskeyQuestion"];
type Answer = Schemas["PasskeyAnswer"];

/** As the server writes them: WebAuthn Level 3, §5.1.8, where all bytes are base64url. */
interface Descriptor {
  id: string;
  type: "public-key";
  transports: AuthenticatorTransport[];
}
type Written<Options> = Omit<Options, "challenge" | "user" | "excludeCredentials" | "allowCredentials"> & {
  challenge: string;
};
type CreationOptions = Written<PublicKeyCredentialCreationOptions> & {
  user: { id: string; name: string; displayName: string };
  excludeCredentials: Descriptor[];
};
type RequestOptions = Written<PublicKeyCredentialRequestOptions> & { allowCredentials: Descriptor[] };

const ipAddress = /^(\d+\.){3}\d+$|^\[/;

/**
 * Why no passkey can be asked for on this page; null: it can. A domain and a secure context are the browsers'
 * conditions; an IP address is no domain, not even 127.0.0.1.
 */
export function obstacle(): "address" | "unsupported" | null {
  if (!window.isSecureContext || ipAddress.test(window.location.hostname)) return "address";
  return typeof window.PublicKeyCredential === "function" ? null : "unsupported";
}

/** Whether the browser offers passkeys among what a field suggests. */
export async function suggestsPasskeys(): Promise<boolean> {
  if (obstacle() !== null) return false;
  return (await window.PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

/** Lets somebody make a passkey. */
export async function makePasskey({ ceremony, options }: Question) {
  const written = options as unknown as CreationOptions;
  const publicKey = {
    ...written,
    challenge: bytes(written.challenge),
    user: { ...written.user, id: bytes(written.user.id) },
    excludeCredentials: written.excludeCredentials.map(descriptor),
  };
  const made = await given(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ceremony,
    credential: {
      ...described(made),
      response: {
        clientDataJSON: base64url(response.clientDataJSON),
        attestationObject: base64url(response.attestationObject),
        transports: response.getTransports?.() ?? [],
      },
    } as unknown as Schemas["NewPasskey"]["credential"],
  };
}

interface Asking {
  /** Without a dialog, among what a field suggests. */
  mediation?: "conditional";
  signal?: AbortSignal;
}

/** Lets somebody use a passkey. */
export async function askForPasskey({ ceremony, options }: Question, asking: Asking = {}): Promise<Answer> {
  const written = options as unknown as RequestOptions;
  const publicKey = {
    ...written,
    challenge: bytes(written.challenge),
    allowCredentials: written.allowCredentials.map(descriptor),
  };
  const used = await given(() => navigator.credentials.get({ ...asking, publicKey }));
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    ceremony,
    credential: {
      ...described(used),
      response: {
        clientDataJSON: base64url(response.clientDataJSON),
        authenticatorData: base64url(response.authenticatorData),
        signature: base64url(response.signature),
        userHandle: response.userHandle && base64url(response.userHandle),
      },
    } as unknown as Answer["credential"],
  };
}

const descriptor = ({ id, ...rest }: Descriptor) => ({ ...rest, id: bytes(id) });

const described = ({ id, type, rawId, authenticatorAttachment }: PublicKeyCredential) => ({
  id,
  type,
  rawId: base64url(rawId),
  authenticatorAttachment,
  clientExtensionResults: {},
});

async function given(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const where = obstacle();
  if (where) throw new PasskeyError(where);
  const credential = await ask().catch((error) => {
    throw PasskeyError.of(error);
  });
  if (!credential) throw new PasskeyError("cancelled");
  return credential as PublicKeyCredential;
}
