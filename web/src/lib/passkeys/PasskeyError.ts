/** Why a browser gave no passkey. */
export type PasskeyRefusal = "cancelled" | "unsupported" | "registered" | "address" | "failed";

/** The browser's own errors, by the names that WebAuthn gives them (Level 3, §5.1.3 and §5.1.4). */
const refusals: Record<string, PasskeyRefusal> = {
  // Nobody touched it in time, or somebody closed the dialog: browsers do not tell which.
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "registered",
  NotSupportedError: "unsupported",
  ConstraintError: "unsupported",
  SecurityError: "address",
};

export class PasskeyError extends Error {
  override name = "PasskeyError";

  constructor(
    readonly refusal: PasskeyRefusal,
    cause?: unknown,
  ) {
    super(`no passkey: ${refusal}`, { cause });
  }

  static of(error: unknown): PasskeyError {
    if (error instanceof PasskeyError) return error;
    return new PasskeyError((error instanceof DOMException && refusals[error.name]) || "failed", error);
  }
}
