import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { KnownError } from "../errors.ts";
import type { DataKey, Keyring } from "./keyring.ts";

/** What a sealed text belongs to. Sealed for one thing, it cannot be opened as another. */
interface SealedFor {
  /** Kind and owner, for instance `conversation:<person>`. */
  readonly context: string;
  /** A person's own salt: once it is forgotten, everything sealed with it is unreadable for ever. */
  readonly salt?: string;
}

export interface Sealer {
  seal(text: string, target: SealedFor): string;
  /**
   * @throws {KnownError} `privacy.key-missing` when the key is not on the ring;
   *   `privacy.unreadable` when the text was changed, cut, or belongs to something else.
   */
  open(sealed: string, target: SealedFor): string;
}

const version = "v1";
const ivLength = 12;
const tagLength = 16;
const keptDerivedKeys = 20_000;

/**
 * Seals texts with AES-256-GCM: `v1.<key id>.<iv, tag and ciphertext>`.
 *
 * The key id and the context are bound in, so a sealed text moved to another person, another kind or
 * another key does not open. Each owner has a key of their own, derived from the ring's key and their salt.
 */
export function sealer(keyring: Keyring): Sealer {
  const derived = new Map<string, Buffer>();

  function keyFor(key: DataKey, salt = ""): Buffer {
    const name = `${key.id}.${salt}`;
    const known = derived.get(name);
    if (known !== undefined) return known;
    const made = Buffer.from(hkdfSync("sha256", key.bytes, salt, "naast seal v1", 32));
    if (derived.size >= keptDerivedKeys) derived.clear();
    derived.set(name, made);
    return made;
  }

  return {
    seal(text, { context, salt }) {
      const { current } = keyring;
      const iv = freshIv();
      const cipher = createCipheriv("aes-256-gcm", keyFor(current, salt), iv);
      cipher.setAAD(bound(current.id, context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return `${version}.${current.id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url")}`;
    },

    open(sealed, { context, salt }) {
      const [form, id = "", body = ""] = sealed.split(".");
      const key = keyring.byId.get(id);
      if (form !== version) throw unreadable();
      if (key === undefined) {
        throw new KnownError("privacy.key-missing", "sealed with a key that is not on the ring", { key: id });
      }
      const bytes = Buffer.from(body, "base64url");
      if (bytes.length < ivLength + tagLength) throw unreadable();
      const decipher = createDecipheriv("aes-256-gcm", keyFor(key, salt), bytes.subarray(0, ivLength), {
        authTagLength: tagLength,
      });
      decipher.setAAD(bound(id, context));
      decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength));
      try {
        return (
          decipher.update(bytes.subarray(ivLength + tagLength), undefined, "utf8") + decipher.final("utf8")
        );
      } catch (cause) {
        throw unreadable(cause);
      }
    },
  };
}

/** Makes a salt for a person who has none yet. */
export function newSalt(): string {
  return randomBytes(16).toString("base64url");
}

const ivPool = { bytes: Buffer.alloc(0), at: 0 };

/** Draws chance by the page: asking for twelve bytes at a time costs more than the encryption. */
function freshIv(): Buffer {
  if (ivPool.at + ivLength > ivPool.bytes.length) {
    ivPool.bytes = randomBytes(ivLength * 256);
    ivPool.at = 0;
  }
  ivPool.at += ivLength;
  return ivPool.bytes.subarray(ivPool.at - ivLength, ivPool.at);
}

function bound(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}|${keyId}|${context}`);
}

function unreadable(cause?: unknown): KnownError {
  return new KnownError("privacy.unreadable", "a sealed text does not open", {}, { cause });
}
