import { join } from "node:path";
import { weekdays } from "../../../src/escalation/organisation.ts";
import { pseudonyms } from "../../../src/privacy/pseudonym.ts";
import { personKeys } from "../../../src/storage/person-keys.ts";
import { personSeals } from "../../../src/storage/person-seals.ts";
import { organisationWith } from "../../escalation/sample.ts";
import { productionContent } from "../../support/content.ts";
import { keptLog } from "../../support/log.ts";
import { until } from "../../support/redis.ts";
import { aCallbackId, aPerson, aRequest, keyring } from "../../support/samples.ts";
import { type Control, rejects, withStorage } from "./control.ts";

/** Controls of Redis, of what may happen to it, and of what happens in between. */
export const ofTheStore: readonly Control[] = [
  {
    row: 17,
    threat: "a restart of Redis keeps the product away for long",
    file: "src/storage/redis-link.ts",
    without: ["Math.min(20 + tries * 20, 200)", "(tries, 60_000)"],
    also: ["src/storage/scripts.ts"],
    async holds({ connectRedis, readScripts }, { redis, scripts }) {
      const link = await connectRedis({ kind: "single", url: redis.url }, readScripts(scripts), keptLog());
      await redis.kill();
      await until(() => !link.ready);
      await redis.start();
      const back = await until(() => link.ready, 2_000).then(
        () => true,
        () => false,
      );
      await link.close();
      return back;
    },
  },
  {
    row: 18,
    threat: "a server dies with what only it had",
    file: "src/storage/durable-writes.ts",
    without: ["if (reached < 1)", "if (false)"],
    holds({ durableWrites }, { folder }) {
      const redis = redisThatSays({ connected_slaves: "1" });
      return rejects(durableWrites({ redis, directory: folder, ...quietly(folder) }).durable("{p00}:x"));
    },
  },
  {
    row: 19,
    threat: "a full disk goes unnoticed",
    file: "src/storage/durability.ts",
    without: ['info.get("aof_last_write_status") === "err"', "false"],
    holds: async ({ inspectRedis }) =>
      !(await inspectRedis(redisThatSays({ aof_last_write_status: "err" }))).fit,
  },
  {
    row: 20,
    threat: "Redis drops what it has no room for",
    file: "src/storage/durability.ts",
    without: ['policy !== undefined && policy !== "noeviction"', "false"],
    holds: async ({ inspectRedis }) =>
      !(await inspectRedis(redisThatSays({ maxmemory_policy: "volatile-lru" }))).fit,
  },
  {
    row: 21,
    threat: "Redis comes back without its last second",
    file: "src/storage/durable-writes.ts",
    without: ["if (open.runId !== undefined && open.runId !== runId)", "if (false)"],
    async holds({ durableWrites }, { folder }) {
      const before = durableWrites({
        redis: redisThatSays({ run_id: "a" }),
        directory: folder,
        ...quietly(folder),
      });
      await before.accept([["{p00}:inbox:p"], ["p", 1, 1, "", "sealed"]]);
      await before.close();
      const redis = redisThatSays({ run_id: "b" });
      const after = durableWrites({ redis, directory: folder, ...quietly(folder) });
      await after.fitness();
      await after.close();
      return redis.ran.includes("accept");
    },
  },
  {
    row: 22,
    threat: "nurses are promised at the hours of another country",
    file: "src/escalation/opening-hours.ts",
    without: [
      "DateTime.fromMillis(at, { zone: organisation.zone })",
      'DateTime.fromMillis(at, { zone: "utc" })',
    ],
    holds({ nextOpening }) {
      const day = ["08:30-17:00"];
      const hours = Object.fromEntries(weekdays.map((weekday) => [weekday, day]));
      // the night in which clocks go forward
      const sunday = Date.parse("2027-03-28T00:00:00Z");
      const open = nextOpening(organisationWith({ hours, nationalHolidays: false, closures: [] }), sunday);
      return new Date(open).toISOString() === "2027-03-28T06:30:00.000Z";
    },
  },
  {
    row: 23,
    threat: "one message that cannot be answered holds up all after it",
    file: "src/conversation/run-turns.ts",
    without: ["if (claim.triedAlone) return await setAside(claim);", ""],
    async holds({ runTurns }) {
      const done: string[] = [];
      const waiting = [{ attempts: 6, triedAlone: true }];
      const turnLog = {
        claim: async () => waiting.pop(),
        setAside: async () => done.push("set-aside"),
        giveBack: async () => done.push("given back"),
        singleOut: async () => "noted",
        onWaiting: () => () => undefined,
      };
      const answer = async () => {
        done.push("tried again");
        throw new Error("poison");
      };
      const turns = runTurns({ turnLog, answer, fallback: () => ({}), log: keptLog() });
      await until(() => done.length > 0);
      await turns.stop();
      return done[0] === "set-aside";
    },
  },
  {
    row: 30,
    threat: "a parent stands where the new dialogs have no place",
    file: "src/dialog/advance.ts",
    without: [
      "if (spot === undefined) return enter(book, menuDialog, standing.slots);",
      'if (spot === undefined) throw new Error("nowhere");',
    ],
    holds({ advance }) {
      const { book } = productionContent();
      const standing = { place: [{ dialog: "of-last-year", node: "gone" }], slots: {} };
      return advance(book, standing, { kind: "chose", choice: "yes" }).place.length > 0;
    },
  },
  {
    row: 45,
    threat: "each process counts for itself and nobody sees it",
    file: "src/storage/rate-limits.ts",
    without: ["        useRedisPackage: true,\n", ""],
    also: ["src/storage/redis-link.ts", "src/storage/scripts.ts"],
    async holds({ redisRateLimits, connectRedis, readScripts }, { redis, scripts }) {
      const link = await connectRedis({ kind: "single", url: redis.url }, readScripts(scripts), keptLog());
      await link.call("a", "FLUSHALL");
      await redisRateLimits(link, pseudonyms(keyring)).count("sign-in-by-range", "203.0.113.1");
      const kept = (await link.call("a", "KEYS", "rate:*")) as string[];
      await link.close();
      return kept.length === 1;
    },
  },
  {
    row: 46,
    threat: "one person fills the queue",
    file: "src/storage/scripts/open-callback.lua",
    without: ['local holder = redis.call("HGET", KEYS[2], "open")', "local holder = false"],
    holds: (_, bench) =>
      withStorage(bench, async ({ callbacks }) => {
        const person = aPerson();
        await callbacks.open(aCallbackId(), aRequest(person));
        const second = await callbacks.open(aCallbackId(), aRequest(person)).catch(() => undefined);
        return second?.kind === "merged";
      }),
  },
  {
    row: 50,
    threat: "what is in hand is dropped when the process is told to stop",
    file: "src/conversation/workers.ts",
    without: ["await Promise.race([Promise.all(inHand).then(() => undefined), timeUp]);", ""],
    async holds({ startWorkers }) {
      let finish: () => void = () => undefined;
      let done = false;
      const work = async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        done = true;
      };
      const waiting = ["one"];
      const next = async () => waiting.pop();
      const workers = startWorkers({
        next,
        work,
        onWork: () => () => undefined,
        log: keptLog(),
        concurrency: 1,
      });
      await until(() => waiting.length === 0);
      await new Promise(setImmediate);
      const stopping = workers.stop();
      setImmediate(() => finish());
      await stopping;
      return done;
    },
  },
];

const quietly = (folder: string) => ({
  log: keptLog(),
  seals: personSeals(personKeys(join(folder, "persons"), keyring), keyring),
  dropMilliseconds: 60_000,
});

/** A Redis that only says what it is asked about itself. */
function redisThatSays(facts: Record<string, string>) {
  const ran: string[] = [];
  const info = { maxmemory_policy: "noeviction", aof_enabled: "1", role: "master", run_id: "a", ...facts };
  const lines = Object.entries(info).map(([name, value]) => `${name}:${value}`);
  const link = {
    everywhere: ["{cb}"],
    onConnect: () => undefined,
    run: async (name: string) => {
      ran.push(name);
      return [1];
    },
    call: async (_: string, command: string) =>
      ({ INFO: lines.join("\r\n"), CONFIG: ["appendfsync", "everysec"], WAIT: 0 })[command],
  };
  return { link, kind: "redis", ran };
}
