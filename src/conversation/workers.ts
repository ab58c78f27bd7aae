import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";

export interface Work<Item> {
  /** Gives the next thing to do, or undefined when there is none just now. */
  readonly next: () => Promise<Item | undefined>;
  readonly work: (item: Item) => Promise<void>;
  /** Tells when there may be something to do, and asks whether more could be; asked besides every quarter of a second. */
  readonly onWork: (wake: () => void, hasRoom: () => boolean) => () => void;
  readonly log: Log;
  readonly concurrency: number;
}

export interface Workers {
  /** Takes nothing new, and resolves when what is in hand is done or the time is up. */
  stop(patienceMilliseconds?: number): Promise<void>;
}

const askEveryMilliseconds = 250;
const usualPatienceMilliseconds = 10_000;
const lookingAtOnce = 16;
/** After a failure of the store nothing is taken for this long. */
const restMilliseconds = 100;

/**
 * Keeps up to so many things in hand at once, and looks for the next as soon as one is done or a signal comes.
 *
 * To look takes a round trip to the store, so several look at a time: one after another they would find no more
 * in a second than there are round trips in it.
 */
export function startWorkers<Item>({ next, work, onWork, log, concurrency }: Work<Item>): Workers {
  const inHand = new Set<Promise<void>>();
  let stopped = false;
  let looking = 0;
  let again = false;
  let restUntil = 0;

  function look(): void {
    again = true;
    if (looking < lookingAtOnce && inHand.size + looking < concurrency) void lookOnce();
  }

  async function lookOnce(): Promise<void> {
    looking += 1;
    try {
      while (again) {
        again = false;
        await takeAllThereIs();
      }
    } catch (error) {
      restUntil = performance.now() + restMilliseconds;
      complain(error);
    } finally {
      looking -= 1;
    }
  }

  async function takeAllThereIs(): Promise<void> {
    while (hasRoom()) {
      const item = await next();
      if (item === undefined) return;
      const doing = work(item)
        .catch(complain)
        .finally(() => {
          inHand.delete(doing);
          look();
        });
      inHand.add(doing);
    }
  }

  /** Whoever looks besides this one may find something too. */
  function hasRoom(): boolean {
    return !stopped && inHand.size + looking <= concurrency && performance.now() >= restUntil;
  }

  function complain(error: unknown): void {
    const code = error instanceof KnownError ? error.code : "unknown";
    const kind = error instanceof Error ? error.name : typeof error;
    if (code === "storage.unavailable") log.warn({ code }, "the store is away; what waits is taken later");
    else log.error({ code, kind }, "work failed");
  }

  const ignore = onWork(look, hasRoom);
  const timer = setInterval(look, askEveryMilliseconds);
  look();

  return {
    async stop(patienceMilliseconds = usualPatienceMilliseconds) {
      stopped = true;
      ignore();
      clearInterval(timer);
      let patience: NodeJS.Timeout | undefined;
      const timeUp = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, patienceMilliseconds);
      });
      await Promise.race([Promise.all(inHand).then(() => undefined), timeUp]);
      clearTimeout(patience);
    },
  };
}
