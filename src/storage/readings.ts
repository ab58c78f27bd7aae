import type { Readings } from "../escalation/readings.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import { retention } from "../privacy/retention.ts";
import { callbackKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/** What each member of staff opened, over all processes together, for as long as the count lasts. */
export function redisReadings(link: RedisLink, names: Pseudonyms): Readings {
  return {
    async note(reader, callback) {
      const key = callbackKeys.readings(names.staff(reader));
      return Number(await link.run("note-reading", [key], [callback, retention.readings]));
    },
  };
}
