import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { KnownError } from "../errors.ts";

export interface DataKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** The keys everything a person told us is encrypted with: the current one, and older ones still needed to read. */
export interface Keyring {
  readonly current: DataKey;
  readonly byId: ReadonlyMap<string, DataKey>;
  /** The key behind pseudonyms. Never rotates: with another one nobody would be recognised. */
  readonly pseudonyms: DataKey;
}

/** The entry that pseudonyms are made with. Without it the oldest key serves, and then has to stay for ever. */
const pseudonymKeyId = "person";
const entryForm = /^([a-z0-9][a-z0-9-]{0,31}):([A-Za-z0-9+/_-]{43}=?)$/;

/**
 * Reads `DATA_KEYS`: `id:base64key` entries, comma separated, the first is used for writing.
 *
 * An entry named `person` is the key of the pseudonyms and is never used for content.
 *
 * @throws {KnownError} `config.invalid`; the message never holds a key.
 */
export function readKeyring(text: string): Keyring {
  const keys = text.split(",").map((entry, position) => readKey(entry.trim(), position + 1));
  const content = keys.filter((key) => key.id !== pseudonymKeyId);
  const byId = new Map(content.map((key) => [key.id, key]));
  const [current] = content;
  const oldest = content.at(-1);
  if (current === undefined || oldest === undefined) throw faulty("DATA_KEYS holds no key for content");
  if (byId.size !== content.length) throw faulty("DATA_KEYS names a key twice");
  return { current, byId, pseudonyms: keys.find((key) => key.id === pseudonymKeyId) ?? oldest };
}

/** Reads the keyring kept in a file, making one first when there is none. Only the owner may read it. */
export function openKeyringFile(path: string): Keyring {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${newKey("first")},${newKey(pseudonymKeyId)}\n`, { mode: 0o600, flag: "wx" });
  }
  chmodSync(path, 0o600);
  return readKeyring(readFileSync(path, "utf8").trim());
}

function readKey(entry: string, position: number): DataKey {
  const [, id, key] = entryForm.exec(entry) ?? [];
  const bytes = Buffer.from(key ?? "", "base64");
  if (id === undefined || bytes.length !== 32) {
    throw faulty(`entry ${position} of DATA_KEYS is not "id:" and 32 bytes in base64`);
  }
  return { id, bytes };
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString("base64")}`;
}

function faulty(message: string): KnownError {
  return new KnownError("config.invalid", message);
}
