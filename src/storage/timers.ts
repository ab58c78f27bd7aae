import type { DueTimer, Timer, Timers } from "../escalation/timers.ts";
import { retention } from "../privacy/retention.ts";
import type { PersonId } from "../terms.ts";
import { timerKeys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

/** Longer than carrying a timer out takes: a process that is silent for this long is taken for dead. */
const leaseMilliseconds = 30_000;

/** Timers in Redis, and the means to forget those of one person. */
export function redisTimers(link: RedisLink): Timers & { forgetOf(person: PersonId): Promise<number> } {
  const keysOf = (id: string): readonly string[] => [timerKeys.due, timerKeys.timer(id)];
  const end = (id: string, token: string, dueAt: number | "") =>
    link.run("end-timer", keysOf(id), [id, token, dueAt, retention.overdueTimer]);

  return {
    async set(timer) {
      await link.run("set-timer", keysOf(timer.id), [
        timer.id,
        JSON.stringify(timer),
        timer.dueAt,
        retention.overdueTimer,
        timer.person,
      ]);
    },
    async cancel(id) {
      await end(id, "", "");
    },
    async claim() {
      const found = await link.run("claim-timer", [timerKeys.due], [leaseMilliseconds]);
      return found === null ? undefined : readDue(found as [string, number, number]);
    },
    async done({ id, token }) {
      await end(id, token, "");
    },
    async putOff({ id, token }, dueAt) {
      await end(id, token, dueAt);
    },
    async forgetOf(person) {
      return Number(await link.run("forget-timers", [timerKeys.due], [person]));
    },
  };
}

function readDue([timer, token, attempts]: readonly [string, number, number]): DueTimer {
  return { ...(JSON.parse(timer) as Timer), token: String(token), attempts };
}
