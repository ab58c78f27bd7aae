import { setTimeout as pause } from "node:timers/promises";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** Far more than somebody who sets the door up gets wrong, far less than would keep a process busy. */
const promptPerSecond = 500;

/**
 * Makes who sends a flood of forgeries wait for their answers: the ones beyond so many a second are answered in the
 * next. Whoever waits on their lines sends nothing on them, so the time is for those who can sign.
 */
export function holdForgeries(perSecond = promptPerSecond, seconds = 1): () => Promise<void> {
  const limiter = new RateLimiterMemory({ points: perSecond, duration: seconds });
  return async () => {
    try {
      await limiter.consume("forged");
    } catch (refused) {
      const wait = refused instanceof RateLimiterRes ? refused.msBeforeNext : 0;
      await pause(wait, undefined, { ref: false });
    }
  };
}
