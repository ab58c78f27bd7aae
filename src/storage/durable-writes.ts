import { join } from "node:path";
import { KnownError } from "../errors.ts";
import type { Log, PersonId } from "../terms.ts";
import { type Fitness, inspectRedis } from "./durability.ts";
import type { OpenRedis } from "./open-redis.ts";
import type { PersonSeals } from "./person-seals.ts";
import { openSpool, type Spool, type SpooledMove } from "./spool.ts";

/**
 * Makes "accepted" true on whatever Redis there is: by its own disk, by a second server, or by a spool here.
 *
 * After every connection Redis is asked which of these it needs, and, when it was started anew without a
 * promise, what was accepted lately is taken in again before anything else is.
 */
export interface DurableWrites {
  /**
   * Runs the atomic move that takes messages in, and resolves when it survives a crash; null: nothing was.
   *
   * @param claim - the keys and values that claim the first of them as well: that is never repeated after a loss.
   * @param unpromised - hears what was taken in, and claimed, though this rejected: the answer came late, or no
   *   second server confirmed it. Whoever brought it brings it again and is told that it is here.
   */
  accept(move: SpooledMove, claim?: SpooledMove, unpromised?: (taken: unknown) => void): Promise<unknown>;
  /** Keeps what somebody sent and is not answered yet, once more: after this it is sealed with their key of now. */
  keepAgain(person: PersonId, find: () => Promise<SpooledMove | undefined>): Promise<void>;
  /** Resolves when what was written before at this key survives the loss of the server that answered. */
  durable(key: string): Promise<void>;
  fitness(): Promise<Fitness>;
  close(): Promise<void>;
}

interface Parts {
  readonly redis: OpenRedis;
  readonly directory: string;
  readonly seals: PersonSeals;
  readonly log: Log;
  /** How often what Redis must have on disk by now is dropped from the spool. */
  readonly dropMilliseconds: number;
}

const waitMilliseconds = 500;

export function durableWrites({ redis, directory, seals, log, dropMilliseconds }: Parts): DurableWrites {
  const { link } = redis;
  const waits = new Map<string, Promise<void>>();
  let spool: Promise<Spool> | undefined;
  let known: Promise<Fitness> = learn();
  link.onConnect(() => {
    known = learn();
  });
  const timer = setInterval(() => void dropOld(), dropMilliseconds);
  timer.unref();

  /** The gate everything passes: who Redis is, and whether it has what it had. Failing, the next call tries again. */
  function learn(): Promise<Fitness> {
    const learning = inspectRedis(redis).then(async (fitness) => {
      if (fitness.durability === "spool") await catchUp(fitness);
      return fitness;
    });
    learning.catch(() => undefined);
    return learning;
  }

  async function present(): Promise<Fitness> {
    const asked = known;
    try {
      return await asked;
    } catch {
      if (known === asked) known = learn();
      return await known;
    }
  }

  async function catchUp({ runId }: Fitness): Promise<void> {
    spool ??= openSpool(join(directory, "spool"), seals);
    const open = await spool;
    if (open.runId !== undefined && open.runId !== runId) {
      const { again, waiting } = await open.replay(([keys, values]) => link.run("accept", keys, values));
      log.warn({ count: again }, "Redis was started anew; what was accepted lately was taken in again");
      if (waiting > 0) {
        log.error({ code: "privacy.key-missing", count: waiting }, "what was accepted waits for its key");
        return;
      }
    }
    open.caughtUp(runId);
  }

  async function dropOld(): Promise<void> {
    const before = await present().catch(() => undefined);
    if (before?.durability !== "spool" || spool === undefined) return;
    const now = await inspectRedis(redis).catch(() => undefined);
    if (now?.runId === before.runId) (await spool).dropOld();
  }

  /** One WAIT for all writes of one moment: it covers everything answered before on the same connection. */
  function waitForReplica(key: string): Promise<void> {
    const slot = key.slice(0, key.indexOf("}") + 1);
    const waiting = waits.get(slot);
    if (waiting !== undefined) return waiting;
    const made = Promise.resolve().then(async () => {
      waits.delete(slot);
      const reached = Number(await link.call(key, "WAIT", "1", String(waitMilliseconds)));
      if (reached < 1) throw new KnownError("storage.unavailable", "no replica confirmed the write");
    });
    waits.set(slot, made);
    return made;
  }

  /** What was claimed and cannot be handed on is claimed again when its lease runs out. */
  function complain(failure: unknown): void {
    const code = failure instanceof KnownError ? failure.code : "unknown";
    log.warn({ code }, "a message that came late is taken up later");
  }

  return {
    async accept([keys, values], [claimKeys, claimValues] = [[], []], unpromised = () => undefined) {
      const { durability } = await present();
      const taken = await link.run(
        "accept",
        [...keys, ...claimKeys],
        [...values, ...claimValues],
        (late) => void keep(late).then(() => unpromised(late), complain),
      );
      await keep(taken);
      if (durability === "wait-1") {
        await waitForReplica(keys[0] ?? "").catch((failure: unknown) => {
          unpromised(taken);
          throw failure;
        });
      }
      return taken;

      async function keep(found: unknown): Promise<void> {
        // what is taken in again after a loss was found to be this person's, whatever they are called by then
        if (durability === "spool" && found !== null)
          await (await spool)?.keep(values[0] as PersonId, [keys, values.with(3, "found")]);
      }
    },

    async keepAgain(person, find) {
      if ((await present()).durability !== "spool") return;
      const move = await find();
      if (move !== undefined) await (await spool)?.keep(person, move);
    },

    async durable(key) {
      if ((await present()).durability === "wait-1") await waitForReplica(key);
    },

    async fitness() {
      try {
        const { durability } = await present();
        return { ...(await inspectRedis(redis)), durability };
      } catch {
        return { fit: false, durability: "spool", problems: ["Redis does not answer"], runId: "" };
      }
    },

    async close() {
      clearInterval(timer);
      if (spool !== undefined) await (await spool).close();
    },
  };
}
