import { createHmac, timingSafeEqual } from "node:crypto";

const signatureForm = /^sha256=[0-9a-f]{64}$/;

/** Tells whether a header has the form of a signature at all: a cheap look before a body is read. */
export function looksLikeSignature(header: string | undefined): header is string {
  return header !== undefined && signatureForm.test(header);
}

/**
 * Tells whether Meta signed these bytes with one of our secrets.
 *
 * Only the bytes as they came will do: Meta escapes `/`, `@` and accents in its own way, so a body that was
 * parsed and written again has another signature. Every secret is tried to the end, so that the time taken
 * does not tell which one fits.
 */
export function verifySignature(
  bytes: Uint8Array,
  header: string | undefined,
  appSecrets: readonly string[],
): boolean {
  if (!looksLikeSignature(header)) return false;
  const claimed = Buffer.from(header.slice("sha256=".length), "hex");
  const fits = appSecrets.map((secret) => timingSafeEqual(sign(bytes, secret), claimed));
  return fits.includes(true);
}

function sign(bytes: Uint8Array, secret: string): Buffer {
  return createHmac("sha256", secret).update(bytes).digest();
}
