import type { Readings } from "../escalation/readings.ts";
import { retention } from "../privacy/retention.ts";
import { callbackKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/** What each member of staff opened, over all processes together, for as long as the count lasts. */
export function redisReadings(link: RedisLink): Readings {
  return {
    async note(reader, callback) {
      return Number(
        await link.run("note-reading", [callbackKeys.readings(reader)], [callback, retention.readings]),
      );
    },
  };
}
