import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EncryptJWT, jwtDecrypt } from "jose";
import { z } from "zod";
import { KnownError } from "../errors.ts";
import { type Actor, roles } from "./actor.ts";

const audience = "naast-console";
const lifetimeSeconds = 600;

const claimsSchema = z.object({
  sub: z.string().min(1),
  name: z.string().trim().min(1).max(80),
  role: z.enum(roles),
  region: z.string().min(1).max(31),
  jti: z.string().min(16),
});

export interface TicketRequest {
  readonly name: string;
  readonly role: Actor["roles"][number];
  readonly region: string;
}

/** Marks a ticket as used, for as long as it could be shown again. False when it was used before. */
export type Burn = (ticket: string, lifetimeSeconds: number) => Promise<boolean>;

/**
 * Reads the key that seals tickets, or makes it: whoever may read the data folder may sign in.
 *
 * Two processes that start at once end with the same key: the file is only ever created, never replaced.
 */
export function ticketKey(dataDir: string): Uint8Array {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, "console-link.key");
  try {
    writeFileSync(file, randomBytes(32).toString("base64"), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  }
  const key = Buffer.from(readFileSync(file, "utf8"), "base64");
  if (key.length !== 32)
    throw new KnownError("config.invalid", `${file} is damaged: delete it and start again`);
  return key;
}

/** Seals who is to be signed in into a ticket that is good for ten minutes, and once. */
export function writeTicket(key: Uint8Array, { name, role, region }: TicketRequest): Promise<string> {
  return new EncryptJWT({ name, role, region })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setSubject(`local:${name.trim().toLowerCase()}`)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .encrypt(key);
}

/**
 * Gives who a ticket signs in, and burns it.
 *
 * @throws {KnownError} `console.sign-in-failed` when it is forged, too old, or was used before.
 */
export async function redeemTicket(key: Uint8Array, ticket: string, burn: Burn, now: number): Promise<Actor> {
  const claims = await openTicket(key, ticket, now);
  if (!(await burn(claims.jti, lifetimeSeconds))) {
    throw new KnownError("console.sign-in-failed", "the link was used before");
  }
  return { id: claims.sub, name: claims.name, roles: [claims.role], regions: [claims.region] };
}

async function openTicket(key: Uint8Array, ticket: string, now: number) {
  try {
    const options = {
      audience,
      currentDate: new Date(now),
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    };
    return claimsSchema.parse((await jwtDecrypt(ticket, key, options)).payload);
  } catch (cause) {
    throw new KnownError("console.sign-in-failed", "the link is not valid, or too old", {}, { cause });
  }
}
