import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askForPasskey, makePasskey, obstacle } from "./authenticator";
import { base64url, bytes } from "./base64url";
import { PasskeyError } from "./PasskeyError";

const get = vi.fn();
const create = vi.fn();

function at(hostname: string, secure = true) {
  vi.stubGlobal("location", { hostname });
  vi.stubGlobal("isSecureContext", secure);
}

beforeEach(() => {
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("navigator", { credentials: { get, create } });
  at("localhost");
});

afterEach(() => vi.unstubAllGlobals());

const buffer = (...values: number[]) => Uint8Array.from(values).buffer;

test("bytes are base64url both ways", () => {
  expect(base64url(buffer(251, 255, 0))).toBe("-_8A");
  expect([...bytes("-_8A")]).toEqual([251, 255, 0]);
});

test("an IP address and plain HTTP are no place for passkeys", () => {
  expect(obstacle()).toBeNull();
  for (const address of ["127.0.0.1", "192.0.2.7", "[::1]"]) {
    at(address);
    expect(obstacle()).toBe("address");
  }
  at("desk.example", false);
  expect(obstacle()).toBe("address");
  at("desk.example");
  expect(obstacle()).toBeNull();
  vi.stubGlobal("PublicKeyCredential", undefined);
  expect(obstacle()).toBe("unsupported");
});

test("the question reaches the browser as bytes and the answer the server as text", async () => {
  get.mockResolvedValueOnce({
    id: "AQ",
    rawId: buffer(1),
    type: "public-key",
    authenticatorAttachment: "platform",
    response: {
      clientDataJSON: buffer(2),
      authenticatorData: buffer(3),
      signature: buffer(4),
      userHandle: buffer(5),
    },
  });
  const options = {
    challenge: "AQI",
    rpId: "localhost",
    allowCredentials: [{ id: "AQ", type: "public-key" }],
  };
  const answer = await askForPasskey({ ceremony: "c", options: options as never });
  const asked = get.mock.calls[0]?.[0].publicKey;
  expect([...asked.challenge]).toEqual([1, 2]);
  expect([...asked.allowCredentials[0].id]).toEqual([1]);
  expect(answer).toEqual({
    ceremony: "c",
    credential: {
      id: "AQ",
      rawId: "AQ",
      type: "public-key",
      authenticatorAttachment: "platform",
      clientExtensionResults: {},
      response: { clientDataJSON: "Ag", authenticatorData: "Aw", signature: "BA", userHandle: "BQ" },
    },
  });
});

test("what the browser refuses has a reason of its own", async () => {
  const options = { challenge: "", user: { id: "" }, excludeCredentials: [] };
  const refusals = {
    NotAllowedError: "cancelled",
    InvalidStateError: "registered",
    NotSupportedError: "unsupported",
    SecurityError: "address",
    UnknownError: "failed",
  };
  for (const [name, refusal] of Object.entries(refusals)) {
    create.mockRejectedValueOnce(new DOMException("no", name));
    const made = makePasskey({ ceremony: "c", options: options as never });
    await expect(made).rejects.toEqual(expect.objectContaining({ name: "PasskeyError", refusal }));
  }
  expect(PasskeyError.of(new Error("?")).refusal).toBe("failed");
});
