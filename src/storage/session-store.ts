import { RedisStore } from "connect-redis";
import type { RedisLink } from "./redis-link.ts";

/** Console sessions in Redis: each can be ended there, and none outlives its lifetime. */
export function redisSessionStore(link: RedisLink): RedisStore {
  return new RedisStore({ client: link.client, prefix: "session:" });
}
