import type { Aliases } from "../conversation/aliases.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import type { PersonId } from "../terms.ts";
import { nameKey } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/**
 * Keeps the names that changed, in Redis; a name without a row stands for the person of that name.
 *
 * Whoever kept their first name as a person and goes by another now leaves a row behind that sends strangers
 * elsewhere. Each message of theirs renews it, so it stands for as long as there is something to protect.
 */
export function redisAliases(link: RedisLink, names: Pick<Pseudonyms, "message">): Aliases {
  return {
    findPersons: (asked) => Promise.all(asked.map(findPerson)),
    async rename(from, to, event) {
      const stranger = names.message(from, event) as PersonId;
      const person = await findPerson(from);
      if (person === stranger) return;
      // in this order: a crash in between leaves two names for one person, never one name for two
      await write(to, person);
      await write(from, stranger);
    },
  };

  async function findPerson(name: PersonId): Promise<PersonId> {
    const key = nameKey(name);
    const person = await link.call(key, "GET", key);
    if (typeof person !== "string") return name;
    await Promise.all([renew(name), renew(person as PersonId)]);
    return person as PersonId;
  }

  async function write(name: PersonId, person: PersonId): Promise<void> {
    const key = nameKey(name);
    await link.call(key, "SET", key, person, "PX", String(retention.name));
  }

  async function renew(name: PersonId): Promise<void> {
    const key = nameKey(name);
    await link.call(key, "PEXPIRE", key, String(retention.name));
  }
}
