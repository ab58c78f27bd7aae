import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealer } from "../../../src/privacy/seal.ts";
import { forgetPlace } from "../../../src/storage/forget-place.ts";
import { partitionOf } from "../../../src/storage/keys.ts";
import { connectRedis } from "../../../src/storage/redis-link.ts";
import { readScripts } from "../../../src/storage/scripts.ts";
import type { PersonId } from "../../../src/terms.ts";
import { keptLog } from "../../support/log.ts";
import { anInbound, aPerson, keyring } from "../../support/samples.ts";
import { type Bench, type Control, withStorage } from "./control.ts";

/** Controls of messages that a process is handed while it takes them in, and of places that were left. */
export const ofTurns: readonly Control[] = [
  {
    row: 69,
    threat: "a message that one process was handed is answered by another as well",
    file: "src/storage/scripts/accept.lua",
    without: [
      'redis.call("ZADD", KEYS[2], now + tonumber(ARGV[#ARGV]), ARGV[1])\nredis.call("HSET"',
      'redis.call("ZADD", KEYS[2], now, ARGV[1])\nredis.call("HSET"',
    ],
    holds: (_, bench) =>
      withTwo(bench, async ({ turnLog }, other) => {
        const leave = turnLog.onWaiting(
          () => undefined,
          () => true,
        );
        const person = aPerson();
        await turnLog.accept([anInbound(person)]);
        const taken: PersonId[] = [];
        for (let claim = await other.turnLog.claim(); claim; claim = await other.turnLog.claim())
          taken.push(claim.person);
        leave();
        return !taken.includes(person);
      }),
  },
  {
    row: 69,
    threat: "a message that a process was handed dies with it",
    file: "src/storage/scripts/accept.lua",
    without: [
      'redis.call("ZADD", KEYS[2], now + tonumber(ARGV[#ARGV]), ARGV[1])\nredis.call("HSET"',
      'redis.call("HSET"',
    ],
    holds: (_, bench) =>
      withStorage(bench, async ({ turnLog }, call) => {
        const leave = turnLog.onWaiting(
          () => undefined,
          () => true,
        );
        const person = aPerson();
        await turnLog.accept([anInbound(person)]);
        const due = await call("ZSCORE", `${partitionOf(person)}:ready`, person);
        leave();
        return due !== null;
      }),
  },
  {
    row: 58,
    threat: "the place of a parent who left stays for a month",
    file: "src/storage/scripts/forget-place.lua",
    without: ['redis.call("DEL", KEYS[1], KEYS[2])', ""],
    async holds(_, { redis, scripts }) {
      const link = await connectRedis({ kind: "single", url: redis.url }, readScripts(scripts), keptLog());
      const person = aPerson();
      const salt = `${partitionOf(person)}:salt:${person}`;
      await link.call(salt, "SET", salt, "salt");
      await forgetPlace(link, sealer(keyring))(person);
      const left = await link.call(salt, "EXISTS", salt);
      await link.close();
      return left === 0;
    },
  },
];

type Opened = Parameters<Parameters<typeof withStorage>[1]>[0];

/** Two processes on one Redis. */
async function withTwo(
  bench: Bench,
  use: (one: Opened, other: Opened) => Promise<boolean>,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "naast-controls-"));
  try {
    return await withStorage(bench, (one) => withStorage({ ...bench, folder }, (other) => use(one, other)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
