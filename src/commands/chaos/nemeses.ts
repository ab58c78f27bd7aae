import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../demo-whatsapp/meta-stub.ts";
import type { Chance } from "./chance.ts";
import type { Happened } from "./check-history.ts";
import type { Machine } from "./machines.ts";
import type { RedisGate } from "./redis-gate.ts";

const appKillMilliseconds = 1_000;
const redisKillMilliseconds = 10_000;
const freezeMillisecondsApart = 3_000;
/** Longer than the lease of a turn, so that the frozen wakes up with a claim that is no longer theirs. */
const freezeMilliseconds = 3_500;
/** How long a process may take to come to its next commit before it is frozen wherever it is. */
const nextCommitMilliseconds = 1_000;

/** One process of the product, and what it takes to stop it between deciding a turn and writing it. */
export interface App {
  readonly machine: Machine;
  /** Absent where the process finds its Redis by itself, as in a cluster. */
  readonly gate?: RedisGate | undefined;
}

export interface Nemeses {
  readonly chance: Chance;
  readonly redis: readonly Machine[];
  readonly apps: readonly App[];
  /** What the write of a turn looks like on the line to Redis. */
  readonly commitMark: string;
  readonly note: (happened: Happened) => void;
}

/**
 * What goes wrong at Meta: one answer in fifty is cut off, mostly after the message was taken, one in fifty is a
 * refusal, one in two hundred a gateway's page, and some are slow.
 */
export function faultBy(dice: Chance): Fault | undefined {
  const at = dice.next();
  if (at < 0.015) return { kind: "cut", taken: true };
  if (at < 0.02) return { kind: "cut", taken: false };
  if (at < 0.03) return { kind: "refuse", code: 131056 };
  if (at < 0.04) return { kind: "refuse", code: 131016, status: 500 };
  if (at < 0.045) return { kind: "gateway", status: 502 };
  return at < 0.06 ? { kind: "slow", milliseconds: 300 } : undefined;
}

/**
 * Kills a process a second, a Redis every ten, and again and again freezes one that has decided a turn and not
 * yet written it, for so long that the turn is another's. Half of the time nothing else fails
 * until the other has taken it over.
 */
export async function unleash(
  { chance: dice, apps, redis, commitMark, note }: Nemeses,
  over: AbortSignal,
): Promise<{ appKills: number; redisKills: number; freezes: number; lateCommits: number }> {
  const counts = { appKills: 0, redisKills: 0, freezes: 0, lateCommits: 0 };
  const every = async (milliseconds: number, act: () => Promise<void>): Promise<void> => {
    while (await pause(milliseconds, true, { signal: over }).catch(() => false)) await act();
  };
  const pick = <One>(from: readonly One[]): One | undefined => from[dice.below(from.length)];
  const starting = new Set<App>();
  let spared: readonly App[] = [];

  async function killApp(): Promise<void> {
    const app = pick(apps.filter((one) => !spared.includes(one)));
    if (app === undefined) return;
    note({ kind: "nemesis", what: `kill ${app.machine.name}` });
    counts.appKills += 1;
    starting.add(app);
    await app.machine.kill();
    await app.machine.start();
    starting.delete(app);
  }

  async function killRedis(): Promise<void> {
    while (spared.length === apps.length) await pause(50);
    const node = pick(redis);
    note({ kind: "nemesis", what: `kill ${node?.name}` });
    counts.redisKills += 1;
    await node?.kill();
    await pause(200);
    await node?.start();
  }

  async function freeze(): Promise<void> {
    const app = pick(apps.filter((one) => !starting.has(one)));
    if (app === undefined) return;
    spared = dice.hit(0.5) ? apps : [app];
    const late = (await app.gate?.hold(commitMark, nextCommitMilliseconds)) ?? false;
    app.machine.freeze();
    note({ kind: "nemesis", what: `freeze ${app.machine.name}${late ? " before a commit" : ""}` });
    counts.freezes += 1;
    counts.lateCommits += late ? 1 : 0;
    await pause(freezeMilliseconds);
    app.gate?.release();
    app.machine.thaw();
    spared = [];
  }

  await Promise.all([
    every(appKillMilliseconds, killApp),
    every(redisKillMilliseconds, killRedis),
    every(freezeMillisecondsApart, freeze),
  ]);
  return counts;
}
