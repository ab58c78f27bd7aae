import type { CallbackQueue } from "../escalation/callback-queue.ts";
import type { DueTimer, Timers } from "../escalation/timers.ts";
import type { CallbackId, Clock, Log, PersonId } from "../terms.ts";
import { type ParentLine, tellLate, tellOutcome } from "./parent.ts";

/** A dialog that is begun with a person who did not just write, once per key. */
export interface OwnQuestion {
  readonly key: string;
  readonly person: PersonId;
  readonly dialog: "called" | "how-was-it";
  /** The callback it is about; null for a check-back of a parent without one. */
  readonly about: CallbackId | null;
}

export interface PromiseKeeperWorld {
  readonly queue: CallbackQueue;
  readonly timers: Timers;
  readonly parent: ParentLine;
  /** Begins a dialog with a person; resolves once that survives a crash. */
  readonly ask: (question: OwnQuestion) => Promise<void>;
  /** Tells whoever must know that promises broke: how many, and nothing of whom. */
  readonly alert: (broken: number) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const betweenRounds = 2_000;
/** A parent who cannot be reached by the sixth try is not tried again. */
const mostTries = 6;

/**
 * Does what the passing of time asks for, round after round, in any number of processes: gives lapsed
 * callbacks back, marks and tells broken promises, and carries out timers.
 *
 * Every round starts from what the store says, so a round that fails or dies is made up for by the next.
 */
export function keepPromises(world: PromiseKeeperWorld): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  function next(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      round = keepOneRound(world)
        .catch((error: unknown) => {
          world.log.warn(
            { reason: error instanceof Error ? error.name : "unknown" },
            "a round of promises failed",
          );
        })
        .finally(next);
    }, betweenRounds);
    timer.unref();
  }

  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}

/** One round. Exported so that a test can live through days in a moment. */
export async function keepOneRound(world: PromiseKeeperWorld): Promise<void> {
  const { breached } = await world.queue.tick(world.clock());
  for (const callback of breached) await tellLate(world.parent, callback);
  if (breached.length > 0) await world.alert(breached.length);
  for (let due = await world.timers.claim(); due !== undefined; due = await world.timers.claim()) {
    await carryOut(world, due);
  }
}

async function carryOut(world: PromiseKeeperWorld, due: DueTimer): Promise<void> {
  try {
    await say(world, due);
    await world.timers.done(due);
  } catch (error) {
    if (due.attempts + 1 < mostTries) throw error;
    world.log.error({ timer: due.kind, attempts: due.attempts + 1 }, "a timer could not be carried out");
    await world.timers.done(due);
  }
}

async function say(world: PromiseKeeperWorld, due: DueTimer): Promise<void> {
  const { person, callback: about } = due;
  const callback = about === null ? undefined : await world.queue.find(about);
  const question = { key: `${due.id}-${due.dueAt}`, person, about };
  switch (due.kind) {
    case "tell-outcome": {
      if (callback?.state === "closed" && callback.outcome !== null) {
        await tellOutcome(world.parent, callback, callback.outcome);
      }
      return;
    }
    case "were-you-called":
      // a parent who took it back meanwhile waits for nobody
      if (callback === undefined || callback.outcome === "withdrawn") return;
      return world.ask({ ...question, dialog: "called" });
    case "check-back":
      return world.ask({ ...question, dialog: "how-was-it" });
  }
}
