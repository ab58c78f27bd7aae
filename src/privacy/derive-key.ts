import { hkdfSync } from "node:crypto";
import type { Keyring } from "./keyring.ts";

/** Gives a key of 32 bytes for one purpose from each key of the ring, the current one first. */
export function deriveKeys(keyring: Keyring, purpose: string): readonly Uint8Array[] {
  const older = [...keyring.byId.values()].filter(({ id }) => id !== keyring.current.id);
  return [keyring.current, ...older].map(
    ({ bytes }) => new Uint8Array(hkdfSync("sha256", bytes, "naast", purpose, 32)),
  );
}
