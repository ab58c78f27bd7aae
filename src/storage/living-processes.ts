import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { KnownError } from "../errors.ts";
import { retention } from "../privacy/retention.ts";
import type { Log, PersonId } from "../terms.ts";
import { partitionKeys, partitions, processesKey, signals } from "./keys.ts";
import type { OpenRedis } from "./open-redis.ts";

/**
 * The processes that take turns on one Redis, so that what one had in hand when it died is taken up at once.
 *
 * Each hears a channel of its own. When a process dies its connections are closed for it, and nobody hears that
 * channel any more; one that only stands still keeps them, and its turns until their leases run out.
 */
export interface LivingProcesses {
  /** Names this process in the token of every turn it claims. */
  readonly id: string;
  /** Has this process looked after from now on, and looks after the others. */
  join(): void;
  /** Stops in good order: nobody is to look for this process any more. */
  leave(): Promise<void>;
}

interface Parts {
  readonly redis: Pick<OpenRedis, "link" | "kind">;
  readonly log: Log;
  /** Hears whose turns can be claimed now that were a dead process's. */
  readonly released: (person: PersonId) => void;
}

const lookMilliseconds = 250;
const looksToAReading = 8;
/** Whoever was away was perhaps not alone in it: the others get time to come back before one is missed. */
const restMilliseconds = 2_000;
/** Who cannot say goodbye within this time goes without. */
const goodbyeMilliseconds = 1_000;

/**
 * Nobody is taken for dead but who is missing at two looks in a row, so that a short absence is none, on the very server
 * on which they were subscribed: whoever is started anew, or moved, knows no subscribers of before.
 */
export function livingProcesses({ redis: { link, kind }, log, released }: Parts): LivingProcesses {
  const id = randomBytes(12).toString("base64url");
  const leaving = new AbortController();
  let living: Promise<void> | undefined;
  let server: string | undefined;
  let own = "";
  let renewAt = 0;
  let listed: readonly string[] = [];
  let readIn = 0;
  let missing: ReadonlySet<string> = new Set();
  let wasAway = false;

  async function live(): Promise<void> {
    await link.subscribe(signals.alive(id), () => undefined, beginAnew);
    while (!leaving.signal.aborted) {
      await look().catch(beginAnew);
      await rest(lookMilliseconds);
      if (!wasAway) continue;
      wasAway = false;
      await rest(restMilliseconds);
    }
  }

  async function rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { ref: false, signal: leaving.signal }).catch(() => undefined);
  }

  function beginAnew(): void {
    server = undefined;
    missing = new Set();
    readIn = 0;
    wasAway = true;
  }

  async function look(): Promise<void> {
    server ??= await askForServer();
    // a Redis that does not say which one it is cannot be asked who was heard on it
    if (server === "") return leaving.abort();
    if (readIn === 0) listed = (await link.call(processesKey, "ZRANGE", processesKey, "0", "-1")) as string[];
    readIn = (readIn + looksToAReading - 1) % looksToAReading;
    const me = `${server} ${id}`;
    const isListed = listed.includes(me) && performance.now() < renewAt;
    const others = listed.filter((entry) => entry !== me && entry.startsWith(`${server} `));
    if (isListed && others.length === 0) return;
    const heard = await whoIsHeard([me, ...others]);
    if (!heard.has(me)) return beginAnew();
    if (!isListed) await listAs(me);
    await miss(others.filter((entry) => !heard.has(entry)));
  }

  async function askForServer(): Promise<string> {
    const [, runId] = /^run_id:(\w+)/m.exec(String(await link.ask("INFO", "server"))) ?? [];
    return runId ?? "";
  }

  async function whoIsHeard(entries: readonly string[]): Promise<ReadonlySet<string>> {
    const channels = entries.map((entry) => signals.alive(processOf(entry)));
    const counts = (await link.ask("PUBSUB", "NUMSUB", ...channels)) as (string | number)[];
    return new Set(entries.filter((_, at) => Number(counts[2 * at + 1]) > 0));
  }

  async function listAs(me: string): Promise<void> {
    await link.run("list-process", [processesKey], [me, own === me ? "" : own, retention.process]);
    own = me;
    renewAt = performance.now() + retention.process / 2;
    listed = [...listed, me];
  }

  async function miss(now: readonly string[]): Promise<void> {
    const dead = now.filter((entry) => missing.has(entry));
    missing = new Set(now);
    for (const entry of dead) await takeOver(entry);
  }

  /** Of all who miss one, the one who takes it off the list takes over. */
  async function takeOver(entry: string): Promise<void> {
    listed = listed.filter((one) => one !== entry);
    if (Number(await link.call(processesKey, "ZREM", processesKey, entry)) !== 1) return;
    const counts = await Promise.all(partitions.map((partition) => releaseIn(partition, processOf(entry))));
    const count = counts.reduce((sum, one) => sum + one, 0);
    log.warn({ count }, "a process is gone; what it had in hand is taken up");
  }

  /** What cannot be released waits until its lease runs out. */
  async function releaseIn(partition: string, process: string): Promise<number> {
    const { ready, leases, attempts } = partitionKeys(partition);
    try {
      const persons = (await link.run("release-turns", [ready, leases, attempts], [process])) as PersonId[];
      for (const person of persons) released(person);
      return persons.length;
    } catch (error) {
      const code = error instanceof KnownError ? error.code : "unknown";
      log.warn({ code }, "what a process had in hand that is gone is taken up later");
      return 0;
    }
  }

  async function takeOff(): Promise<void> {
    await living;
    await link.call(processesKey, "ZREM", processesKey, own).catch(() => undefined);
  }

  return {
    id,

    join() {
      // a server of our own has no other process
      if (kind === "redis") living ??= live().catch(() => undefined);
    },

    async leave() {
      leaving.abort();
      if (own !== "") await Promise.race([takeOff(), pause(goodbyeMilliseconds, undefined, { ref: false })]);
    },
  };
}

function processOf(entry: string): string {
  return entry.slice(entry.indexOf(" ") + 1);
}
