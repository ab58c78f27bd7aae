import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "../demo-whatsapp/meta-stub.ts";
import type { Chance } from "./chance.ts";
import type { Happened } from "./check-history.ts";
import type { Machine } from "./machines.ts";

const appKillMilliseconds = 1_000;
const redisKillMilliseconds = 10_000;
const freezeEveryMilliseconds = 7_000;
/** Longer than the lease of a turn, so that the frozen wakes up with a claim that is no longer theirs. */
const freezeMilliseconds = 3_500;

export interface Nemeses {
  readonly chance: Chance;
  readonly redis: readonly Machine[];
  readonly apps: readonly Machine[];
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

/** Kills a process a second, a Redis every ten, and now and then freezes one until its claims are another's. */
export async function unleash({ chance: dice, apps, redis, note }: Nemeses, over: AbortSignal) {
  const counts = { appKills: 0, redisKills: 0, freezes: 0 };
  const every = async (milliseconds: number, act: () => Promise<void>): Promise<void> => {
    while (await pause(milliseconds, true, { signal: over }).catch(() => false)) await act();
  };
  const pick = (from: readonly Machine[]): Machine | undefined => from[dice.below(from.length)];
  let frozen: Machine | undefined;

  await Promise.all([
    every(appKillMilliseconds, async () => {
      const app = pick(apps.filter((one) => one !== frozen));
      note({ kind: "nemesis", what: `kill ${app?.name}` });
      counts.appKills += 1;
      await app?.kill();
      await app?.start();
    }),
    every(redisKillMilliseconds, async () => {
      const node = pick(redis);
      note({ kind: "nemesis", what: `kill ${node?.name}` });
      counts.redisKills += 1;
      await node?.kill();
      await pause(200);
      await node?.start();
    }),
    every(freezeEveryMilliseconds, async () => {
      frozen = pick(apps);
      note({ kind: "nemesis", what: `freeze ${frozen?.name}` });
      counts.freezes += 1;
      frozen?.freeze();
      await pause(freezeMilliseconds);
      frozen?.thaw();
      frozen = undefined;
    }),
  ]);
  return counts;
}
