import { setTimeout as pause } from "node:timers/promises";
import type { Sealer } from "../privacy/seal.ts";
import type { PersonId } from "../terms.ts";
import { personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { sealed } from "./sealed.ts";

const betweenLooksMilliseconds = 250;
const looks = 40;

/**
 * Forgets where a person stood who left their chat for good: nobody can come back to that place, so nothing of it is
 * kept. Who has a request is not forgotten. What was sent before leaving is answered first, for ten seconds at most;
 * after that the place lapses with its lifetime.
 */
export function forgetPlace(link: RedisLink, sealer: Sealer): (person: PersonId) => Promise<void> {
  const at = sealed(sealer);

  async function tryOnce(person: PersonId): Promise<boolean> {
    const keys = personKeys(person);
    const [text, salt] = (await link.call(keys.conversation, "MGET", keys.conversation, keys.salt)) as (
      | string
      | null
    )[];
    const hasRequest =
      text != null && salt != null && at.conversation.read(person, salt, text).callback !== null;
    if (hasRequest) return true;
    const forgotten = await link.run(
      "forget-place",
      [keys.conversation, keys.salt, keys.inbox, keys.shared.leases],
      [person, text ?? ""],
    );
    return forgotten === 1;
  }

  return async (person) => {
    for (let look = 0; look < looks && !(await tryOnce(person)); look += 1)
      await pause(betweenLooksMilliseconds);
  };
}
