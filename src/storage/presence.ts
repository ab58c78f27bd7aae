import type { RedisLink } from "./redis-link.ts";

/**
 * How long this process has been here without a break: running, and connected to the store.
 *
 * What Meta tells of a reply reaches nobody while nobody is here. So a process that was away does not take silence for
 * an answer until it has listened for a while.
 */
export interface Presence {
  /** In milliseconds, until now. */
  readonly lasting: () => number;
  close(): void;
}

const beatMilliseconds = 500;
/** A process that is late by this much stood still, and heard nothing meanwhile. */
const breakMilliseconds = 2_000;

export function watchPresence({ onConnect }: Pick<RedisLink, "onConnect">): Presence {
  let since = performance.now();
  let seen = since;
  const beat = (): void => {
    const now = performance.now();
    if (now - seen > breakMilliseconds) since = now;
    seen = now;
  };
  onConnect(() => {
    since = performance.now();
  });
  const timer = setInterval(beat, beatMilliseconds);
  timer.unref();
  return {
    lasting() {
      beat();
      return performance.now() - since;
    },
    close: () => clearInterval(timer),
  };
}
