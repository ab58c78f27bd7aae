import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import type { PersonId } from "../terms.ts";
import { nameKey, personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";
import type { SpooledMove } from "./spool.ts";

/** Writes the move that would take in once more what somebody sent and was not answered yet; undefined: nothing. */
export async function unansweredOf(
  link: Pick<RedisLink, "call">,
  sealed: Sealed,
  names: Pick<Pseudonyms, "message">,
  person: PersonId,
): Promise<SpooledMove | undefined> {
  const keys = personKeys(person);
  const kept = (await link.call(keys.inbox, "LRANGE", keys.inbox, "0", "-1")) as string[];
  const messages = kept.flatMap((text) => {
    const id = idOf(sealed, person, text);
    return id === undefined ? [] : [{ text, seen: keys.seen(names.message(person, id)) }];
  });
  if (messages.length === 0) return undefined;
  return [
    [keys.inbox, keys.shared.ready, nameKey(person), ...messages.map(({ seen }) => seen)],
    [person, retention.inbound, retention.seen, "found", ...messages.map(({ text }) => text)],
  ];
}

/** A message that does not open holds up nobody's erasure: Redis alone has it. */
function idOf(sealed: Sealed, person: PersonId, text: string): string | undefined {
  try {
    return sealed.inbound.read(person, text).id;
  } catch {
    return undefined;
  }
}
