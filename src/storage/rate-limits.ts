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
 * Keeps the counts in Redis under keyed hashes of who is counted, and in each process what it saw itself. So nobody gets
 * more of one process than the rate while Redis is slow; and while it is away a danger sign finds its door open.
 */
export function redisRateLimits(link: RedisLink, names: Pseudonyms): RateLimits {
  const limiters = new Map(
    Object.entries(rates).map(([name, { times, seconds }]) => {
      const measure = { keyPrefix: `rate:${name}`, points: times, duration: seconds };
      const together = new RateLimiterRedis({
        ...measure,
        storeClient: link.client,
        // without it every call fails
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        inMemoryBlockOnConsumed: times + 1,
      });
      return [name, [new RateLimiterMemory(measure), together]] as const;
    }),
  );

  return {
    async count(rate, who) {
      try {
        const name = names.phone(`rate ${who}`);
        for (const limiter of limiters.get(rate) ?? []) await limiter.consume(name);
        return undefined;
      } catch (refused) {
        // anything else is a failure of the counting itself, which nobody is to pay for
        return refused instanceof RateLimiterRes ? refused.msBeforeNext : undefined;
      }
    },
  };
}
