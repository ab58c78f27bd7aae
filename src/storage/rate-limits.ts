import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import type { RedisLink } from "./redis-link.ts";

/** How often something may be done within so many seconds. */
interface Rate {
  readonly times: number;
  readonly seconds: number;
}

/**
 * Generous to people and a whole school behind one address; tight enough that no sender crowds out the others.
 * `range` counts by address range, `chat` by conversation, `all` everyone together.
 */
const rates = {
  "new-chat-by-range": { times: 300, seconds: 60 },
  "new-chat-by-all": { times: 6_000, seconds: 60 },
  "say-by-chat": { times: 120, seconds: 60 },
  "say-by-range": { times: 3_000, seconds: 60 },
  "sign-in-by-range": { times: 60, seconds: 300 },
  "any-by-range": { times: 6_000, seconds: 60 },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;

/** Counts what is done, over all processes together. */
export interface RateLimits {
  /** Counts one; gives how many milliseconds to wait when that was too many, else undefined. */
  count(rate: RateName, who: string): Promise<number | undefined>;
}

/**
 * Keeps the counts in Redis under keyed hashes of who is counted. While Redis is away each process counts for
 * itself: a danger sign must find its door open then, too.
 */
export function redisRateLimits(link: RedisLink, names: Pseudonyms): RateLimits {
  const limiters = new Map(
    Object.entries(rates).map(([name, { times, seconds }]) => {
      const measure = { keyPrefix: `rate:${name}`, points: times, duration: seconds };
      const limiter = new RateLimiterRedis({
        ...measure,
        storeClient: link.client,
        // without it every call fails and the limiter in memory hides that it does
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        inMemoryBlockOnConsumed: times + 1,
        insuranceLimiter: new RateLimiterMemory(measure),
      });
      return [name, limiter] as const;
    }),
  );

  return {
    async count(rate, who) {
      try {
        await limiters.get(rate)?.consume(names.phone(`rate ${who}`));
        return undefined;
      } catch (refused) {
        // anything else is a failure of the counting itself, which nobody is to pay for
        return refused instanceof RateLimiterRes ? refused.msBeforeNext : undefined;
      }
    },
  };
}
