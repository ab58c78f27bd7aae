import type { PersonId } from "../terms.ts";
import { partitions, signals } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/**
 * The persons this process should look at next. Only hints: whether something is due is decided in Redis.
 *
 * A hint comes from this process itself when it wrote something, from another process by a signal, and from
 * looking through all partitions now and then, which finds what a crashed process left.
 */
export interface DuePersons<Thing> {
  /**
   * Gives what was handed over; else tries one person after another until `claim` gives something; looks through
   * the partitions, when it is time to, once no hint is left.
   */
  first(claim: (person: PersonId) => Promise<Thing | undefined>): Promise<Thing | undefined>;
  /** Whether somebody here listens who could take something at once. */
  hasRoom(): boolean;
  /** Gives whoever listens here what was claimed for them already. */
  hand(thing: Thing): void;
  /** Tells whoever listens, here or else in another process, that a person may be due. */
  tell(person: PersonId): void;
  /**
   * Leaves a person to other processes, for want of a key: it is due for them after this pause, and for this process
   * some pauses later. Two that look in step would leave one without.
   */
  leaveToOthers(person: PersonId, pauseMilliseconds: number): void;
  /** Listens until the returned function is called; that gives back what was handed over and not taken. */
  listen(wake: () => void, hasRoom?: () => boolean): () => readonly Thing[];
}

interface Watched {
  readonly link: RedisLink;
  /** Which of a partition's sorted sets holds the persons and when they are due. */
  readonly set: "ready" | "outready";
  readonly sweepMilliseconds: number;
}

const perPartition = 64;
/** Each of these is claimed, and lost to others until its lease runs out should this process stand still. */
const mostHanded = 16;
const pausesForOthers = 3;

export function duePersons<Thing>({ link, set, sweepMilliseconds }: Watched): DuePersons<Thing> {
  const hints = new Set<PersonId>();
  const handed: Thing[] = [];
  const listeners = new Map<() => void, () => boolean>();
  /** Until when, by the clock of this process. */
  const leftToOthers = new Map<PersonId, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  let hearing = false;

  function add(person: PersonId): void {
    hints.add(person);
    wakeAll();
  }

  function wakeAll(): void {
    for (const wake of listeners.keys()) wake();
  }

  async function tryHints(claim: (person: PersonId) => Promise<Thing | undefined>) {
    for (const person of hints) {
      hints.delete(person);
      if (isLeftToOthers(person)) continue;
      const thing = await claim(person);
      if (thing !== undefined) return thing;
    }
    return undefined;
  }

  function isLeftToOthers(person: PersonId): boolean {
    const until = leftToOthers.get(person);
    if (until === undefined || performance.now() < until) return until !== undefined;
    leftToOthers.delete(person);
    return false;
  }

  async function sweep(): Promise<void> {
    sweptAt = performance.now();
    const found = await Promise.all(partitions.map((partition) => dueIn(link, `${partition}:${set}`)));
    for (const person of found.flat()) add(person);
  }

  function hear(message: string): void {
    const [from, person] = message.split(" ");
    if (from === set && person !== undefined) add(person as PersonId);
  }

  return {
    async first(claim) {
      const ours = handed.shift();
      if (ours !== undefined) return ours;
      const hinted = await tryHints(claim);
      if (hinted !== undefined || performance.now() - sweptAt < sweepMilliseconds) return hinted;
      await sweep();
      return await tryHints(claim);
    },

    hasRoom: () => handed.length < mostHanded && [...listeners.values()].some((hasRoom) => hasRoom()),

    hand(thing) {
      handed.push(thing);
      wakeAll();
    },

    tell(person) {
      if (listeners.size > 0) add(person);
      else void link.publish(signals.due, `${set} ${person}`).catch(() => undefined);
    },

    leaveToOthers(person, pauseMilliseconds) {
      leftToOthers.set(person, performance.now() + pausesForOthers * pauseMilliseconds);
    },

    listen(wake, hasRoom = () => false) {
      listeners.set(wake, hasRoom);
      if (!hearing) void link.subscribe(signals.due, hear).catch(() => undefined);
      hearing = true;
      return () => {
        listeners.delete(wake);
        return listeners.size === 0 ? handed.splice(0) : [];
      };
    },
  };
}

/** A plain read by the clock of the node itself; the claim that follows decides by it once more. */
async function dueIn(link: RedisLink, key: string): Promise<PersonId[]> {
  const [first] = (await link.call(key, "ZRANGE", key, "0", "0", "WITHSCORES")) as string[];
  if (first === undefined) return [];
  const [seconds = "0", micros = "0"] = (await link.call(key, "TIME")) as string[];
  const now = String(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
  return (await link.call(
    key,
    "ZRANGEBYSCORE",
    key,
    "-inf",
    now,
    "LIMIT",
    "0",
    String(perPartition),
  )) as PersonId[];
}
