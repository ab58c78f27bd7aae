import { createHmac } from "node:crypto";
import type { ChannelName, PersonId } from "../terms.ts";
import type { Keyring } from "./keyring.ts";

/** Turns what identifies a person outside into names that tell nothing without the key. */
export interface Pseudonyms {
  /** Stands for whoever a channel knows by this id (a telephone number, a platform's user id, a chat). */
  person(channel: ChannelName, id: string): PersonId;
  /** Equal for equal telephone numbers, and nothing more can be learnt from it. */
  phone(number: string): string;
  /** Stands for somebody of the team where a count must tell them apart and need not tell who they are. */
  staff(id: string): string;
  /** A name for one message of one person: the same for every delivery and every try. */
  message(person: PersonId, id: string): string;
  /** Finds the key of a person on disk again, where their own name must not stand. */
  keyOwner(person: PersonId): string;
  /** What somebody is called on the access record: only their secret leads to it. */
  subject(secret: string): string;
}

/**
 * Makes pseudonyms with a keyed hash. A plain hash would not do: all Dutch numbers can be tried in minutes.
 */
export function pseudonyms(keyring: Keyring): Pseudonyms {
  const name = (...parts: readonly string[]): string =>
    createHmac("sha256", keyring.pseudonyms.bytes)
      .update(JSON.stringify(parts))
      .digest("base64url")
      .slice(0, 24);

  return {
    person: (channel, id) => name("person", channel, id) as PersonId,
    phone: (number) => name("phone", number),
    staff: (id) => name("staff", id),
    message: (person, id) => name("message", person, id),
    keyOwner: (person) => name("key-owner", person),
    subject: (secret) => name("subject", secret),
  };
}
