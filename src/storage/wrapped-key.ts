import type { Sealer } from "../privacy/seal.ts";
import type { KeyRow } from "./key-row.ts";

/** What somebody's lines on disk are sealed with, beside the keyring. */
export interface PersonKey {
  readonly id: string;
  readonly secret: string;
}

/** Seals a secret for its row, with the keyring. */
export function wrap(seals: Sealer, { secret, ...row }: Omit<KeyRow, "wrapped"> & PersonKey): KeyRow {
  return { ...row, wrapped: seals.seal(secret, { context: contextOf(row) }) };
}

/** @throws {KnownError} `privacy.key-missing` where the key of the ring is not here. */
export function unwrap(seals: Sealer, row: KeyRow): string {
  return seals.open(row.wrapped, { context: contextOf(row) });
}

/** Nothing where the key of the ring is not here: another process may have it. */
export function unwrapped(seals: Sealer, row: KeyRow): string | undefined {
  try {
    return unwrap(seals, row);
  } catch {
    return undefined;
  }
}

function contextOf({ id, owner }: Pick<KeyRow, "id" | "owner">): string {
  return `person-key:${id}:${owner}`;
}
