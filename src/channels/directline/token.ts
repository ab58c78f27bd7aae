import { randomBytes } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { KnownError } from "../../errors.ts";
import type { Clock } from "../../terms.ts";

/** Whom a token speaks for. The ids prove nothing by themselves; only a signed token does. */
export interface ChatOwner {
  readonly conversation: string;
  readonly user: string;
}

/**
 * What a token may be used for: `chat` opens every door of one conversation for half an hour, `return` only
 * buys a new chat token and lasts as long as a conversation is remembered.
 */
export type TokenUse = "chat" | "return";

export interface Tokens {
  sign(owner: ChatOwner, use: TokenUse): Promise<string>;
  /** @throws {KnownError} `channel.forbidden` for a token that is forged, expired or meant for another use. */
  verify(token: string, use: TokenUse): Promise<ChatOwner>;
}

export const lifetimeSeconds = { chat: 30 * 60, return: 30 * 24 * 60 * 60 } as const satisfies Record<
  TokenUse,
  number
>;

/** Makes an owner nobody can guess: a fresh person for every new chat. */
export function newOwner(): ChatOwner {
  return {
    conversation: randomBytes(18).toString("base64url"),
    user: `dl_${randomBytes(18).toString("base64url")}`,
  };
}

/** Signs with the first key and accepts any of them, so that keys can be rotated without ending chats. */
export function chatTokens(keys: readonly Uint8Array[], clock: Clock): Tokens {
  const [signing] = keys;
  if (signing === undefined) throw new KnownError("privacy.key-missing", "web chat has no key to sign with");

  return {
    sign: (owner, use) => {
      const now = Math.floor(clock() / 1000);
      return new SignJWT({ conv: owner.conversation })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setSubject(owner.user)
        .setAudience(use)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetimeSeconds[use])
        .sign(signing);
    },
    verify: async (token, use) => {
      for (const key of keys) {
        const owner = await verifyWith(key, token, use, clock);
        if (owner !== undefined) return owner;
      }
      throw new KnownError("channel.forbidden", "the token is forged or expired");
    },
  };
}

async function verifyWith(
  key: Uint8Array,
  token: string,
  use: TokenUse,
  clock: Clock,
): Promise<ChatOwner | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      audience: use,
      currentDate: new Date(clock()),
      requiredClaims: ["exp", "sub", "conv"],
    });
    const { sub, conv } = payload;
    return typeof sub === "string" && typeof conv === "string"
      ? { user: sub, conversation: conv }
      : undefined;
  } catch {
    return undefined;
  }
}
