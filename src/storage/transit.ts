import type { Transit } from "../conversation/transit.ts";
import { retention } from "../privacy/retention.ts";
import { personKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

/** Keeps, sealed, what is on its way until its fate is told. A loss of it loses nothing that was not taken. */
export function redisTransit(link: RedisLink, sealed: Sealed): Transit {
  return {
    async keep(outgoing) {
      const { transit } = personKeys(outgoing.person);
      await link.run(
        "keep-transit",
        [transit],
        [outgoing.key, sealed.outgoing.write(outgoing), retention.outbox],
      );
    },
    async find(person, key) {
      const { transit } = personKeys(person);
      const text = await link.call(transit, "HGET", transit, key);
      return typeof text === "string" ? sealed.outgoing.read(person, key, text) : undefined;
    },
    async drop(person, key) {
      const { transit } = personKeys(person);
      await link.call(transit, "HDEL", transit, key);
    },
  };
}
