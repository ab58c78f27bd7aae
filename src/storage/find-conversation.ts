import type { Conversation } from "../conversation/conversation.ts";
import type { Sealer } from "../privacy/seal.ts";
import type { PersonId } from "../terms.ts";
import { personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { sealed } from "./sealed.ts";

/** Finds what is remembered of a person, outside a turn: to write to them, never to change it. */
export function findConversation(
  link: RedisLink,
  sealer: Sealer,
): (person: PersonId) => Promise<Conversation | undefined> {
  const at = sealed(sealer);
  return async (person) => {
    const keys = personKeys(person);
    const [text, salt] = await Promise.all([
      link.call(keys.conversation, "GET", keys.conversation),
      link.call(keys.salt, "GET", keys.salt),
    ]);
    return typeof text === "string" && typeof salt === "string"
      ? at.conversation.read(person, salt, text)
      : undefined;
  };
}
