import type { Aliases } from "../conversation/aliases.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import type { PersonId } from "../terms.ts";
import { nameKey } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/** Who goes by a name, since when; in order of time. Before the first of them it is the person of that name. */
type Bearers = readonly (readonly [since: number, person: PersonId])[];

/**
 * Keeps the names that changed, in Redis; a name without a row stands for the person of that name.
 *
 * Whoever kept their first name as a person and goes by another now leaves a row behind that sends strangers
 * elsewhere. Each message of theirs renews it, so it stands for as long as there is something to protect. Who went by a
 * name before is kept for as long as a message of then may still be brought.
 */
export function redisAliases(link: RedisLink, names: Pick<Pseudonyms, "message">): Aliases {
  return {
    async findPersons(name, times) {
      const bearers = await read(name);
      if (bearers.length === 0) return times.map(() => name);
      const persons = times.map((at) => bearerAt(bearers, name, at));
      await Promise.all([name, ...new Set(persons)].map(renew));
      return persons;
    },
    async rename(from, to, { id, at }) {
      const stranger = names.message(from, id) as PersonId;
      const before = await read(from);
      if (before.some(([, person]) => person === stranger)) return;
      // in this order: a crash in between leaves two names for one person, never one name for two
      await write(to, passOn(await read(to), at, bearerAt(before, from, at)));
      await write(from, passOn(before, at, stranger));
    },
  };

  async function read(name: PersonId): Promise<Bearers> {
    const key = nameKey(name);
    const row = await link.call(key, "GET", key);
    return typeof row === "string" ? (JSON.parse(row) as Bearers) : [];
  }

  async function write(name: PersonId, bearers: Bearers): Promise<void> {
    const key = nameKey(name);
    await link.call(key, "SET", key, JSON.stringify(bearers), "PX", String(retention.name));
  }

  async function renew(name: PersonId): Promise<void> {
    const key = nameKey(name);
    await link.call(key, "PEXPIRE", key, String(retention.name));
  }
}

function bearerAt(bearers: Bearers, name: PersonId, at: number): PersonId {
  return bearers.findLast(([since]) => since <= at)?.[1] ?? name;
}

/** A change may be told of after a later one. */
function passOn(bearers: Bearers, since: number, person: PersonId): Bearers {
  const all = [...bearers.filter(([at]) => at !== since), [since, person] as const];
  const inOrder = all.toSorted(([one], [other]) => one - other);
  const oldest = since - retention.seen;
  return inOrder.filter((_, at) => (inOrder[at + 1]?.[0] ?? since) >= oldest);
}
