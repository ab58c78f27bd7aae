import { KnownError } from "../errors.ts";
import type { Log } from "../terms.ts";

export interface Work<Item> {
  /** Gives the next thing to do, or undefined when there is none just now. */
  readonly next: () => Promise<Item | undefined>;
  readonly work: (item: Item) => Promise<void>;
  /** Tells when there may be something to do; asked besides every quarter of a second. */
  readonly onWork: (wake: () => void) => () => void;
  readonly log: Log;
  readonly concurrency: number;
}

export interface Workers {
  /** Takes nothing new, and resolves when what is in hand is done or the time is up. */
  stop(patienceMilliseconds?: number): Promise<void>;
}

const askEveryMilliseconds = 250;
const usualPatienceMilliseconds = 10_000;
/** After a failure of the store nothing is taken for this long. */
const restMilliseconds = 100;

/** Keeps up to so many things in hand at once, and looks for the next as soon as one is done or a signal comes. */
export function startWorkers<Item>({ next, work, onWork, log, concurrency }: Work<Item>): Workers {
  const inHand = new Set<Promise<void>>();
  let stopped = false;
  let looking = false;
  let again = false;
  let restUntil = 0;

  async function look(): Promise<void> {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again) {
        again = false;
        await takeAllThereIs();
      }
    } catch (error) {
      restUntil = performance.now() + restMilliseconds;
      complain(error);
    } finally {
      looking = false;
    }
  }

  async function takeAllThereIs(): Promise<void> {
    while (!stopped && inHand.size < concurrency && performance.now() >= restUntil) {
      const item = await next();
      if (item === undefined) return;
      const doing = work(item)
        .catch(complain)
        .finally(() => {
          inHand.delete(doing);
          void look();
        });
      inHand.add(doing);
    }
  }

  function complain(error: unknown): void {
    const code = error instanceof KnownError ? error.code : "unknown";
    const kind = error instanceof Error ? error.name : typeof error;
    if (code === "storage.unavailable") log.warn({ code }, "the store is away; what waits is taken later");
    else log.error({ code, kind }, "work failed");
  }

  const wake = (): void => void look();
  const ignore = onWork(wake);
  const timer = setInterval(wake, askEveryMilliseconds);
  wake();

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
