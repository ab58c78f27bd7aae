/**
 * Every way this service can fail that it has a name for.
 *
 * `docs/reference/errors.md` lists the same codes; a test holds the two together.
 *
 * @module
 */

/** What the edge does with a failure of each code. */
export const errorCodes = {
  "config.invalid": { retryable: false, status: 500 },
  "dialog.invalid": { retryable: false, status: 500 },
  "dialog.loop": { retryable: false, status: 500 },
  "language.invalid": { retryable: false, status: 500 },
  "understanding.invalid": { retryable: false, status: 500 },
  "channel.not-configured": { retryable: false, status: 503 },
  "channel.signature-mismatch": { retryable: false, status: 401 },
  "channel.payload-unreadable": { retryable: false, status: 400 },
  "channel.payload-too-large": { retryable: false, status: 413 },
  "channel.forbidden": { retryable: false, status: 403 },
  "channel.unauthorized": { retryable: false, status: 401 },
  "channel.authentication-unavailable": { retryable: true, status: 503 },
  "channel.not-found": { retryable: false, status: 404 },
  "channel.too-many": { retryable: true, status: 429 },
  "channel.send-rejected": { retryable: false, status: 502 },
  "channel.send-unavailable": { retryable: true, status: 503 },
  "storage.unavailable": { retryable: true, status: 503 },
  "storage.unsafe": { retryable: false, status: 503 },
  "storage.corrupt": { retryable: false, status: 500 },
  "storage.in-use": { retryable: false, status: 500 },
  "escalation.not-found": { retryable: false, status: 404 },
  "escalation.already-claimed": { retryable: false, status: 409 },
  "escalation.not-holder": { retryable: false, status: 409 },
  "escalation.outcome-missing": { retryable: false, status: 422 },
  "console.not-signed-in": { retryable: false, status: 401 },
  "console.forbidden": { retryable: false, status: 403 },
  "console.cross-site": { retryable: false, status: 403 },
  "console.invalid-request": { retryable: false, status: 400 },
  "console.not-found": { retryable: false, status: 404 },
  "console.too-large": { retryable: false, status: 413 },
  "console.sign-in-failed": { retryable: false, status: 401 },
  "console.sign-in-unavailable": { retryable: true, status: 503 },
  "console.audit-unavailable": { retryable: true, status: 503 },
  "console.parent-unreachable": { retryable: false, status: 409 },
  "privacy.key-missing": { retryable: false, status: 500 },
  "privacy.unreadable": { retryable: false, status: 500 },
} as const satisfies Record<string, { retryable: boolean; status: number }>;

export type ErrorCode = keyof typeof errorCodes;

/** Facts that help whoever is on call. Ids and counts, never a person's words. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean>>;

/**
 * A failure with a code that log filters, tests and the HTTP edge can rely on.
 *
 * The message is for the engineer and may be reworded at will; the code may not.
 *
 * @example
 *
 * ```ts
 * throw new KnownError("escalation.already-claimed", "another nurse holds this callback", { id });
 * ```
 */
export class KnownError extends Error {
  override readonly name = "KnownError";
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }

  /** Whether the same call may succeed later, untouched. */
  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** The HTTP status the edge answers with. */
  get status(): number {
    return errorCodes[this.code].status;
  }
}
