import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type OpenRedis, openRedis, type RedisKind } from "../../src/storage/open-redis.ts";
import {
  openStorage,
  type Storage,
  type StorageConfig,
  type Timing,
} from "../../src/storage/open-storage.ts";
import type { Log } from "../../src/terms.ts";
import { expectNone, leftIn } from "./canaries.ts";
import { keptLog } from "./log.ts";
import { keyring } from "./samples.ts";

export const scriptsDirectory = resolve(__dirname, "../../src/storage/scripts");

/** Shortened so that a test can wait for them. */
const quick: Timing = {
  turnLeaseMilliseconds: 500,
  sendLeaseMilliseconds: 500,
  callbackLeaseMilliseconds: 1_000,
  sweepMilliseconds: 0,
  keyMissingMilliseconds: 300,
  spoolMilliseconds: 30_000,
  graceMilliseconds: { whatsapp: 400, directline: 0, azure: 0 },
  presenceMilliseconds: 0,
};

export interface OpenStorage extends Storage {
  readonly redis: OpenRedis;
  readonly log: ReturnType<typeof keptLog>;
  /** Its data folder. */
  readonly directory: string;
  /** A second process's view of the same Redis. */
  another(timing?: Partial<Timing>, more?: Partial<StorageConfig>): Promise<Storage>;
}

/** Opens all stores on a Redis of a kind, in a data directory of its own unless one is given. */
export async function openTestStorage(
  server:
    | { readonly url: string }
    | { readonly own: Exclude<RedisKind, "redis">; readonly directory?: string },
  timing: Partial<Timing> = {},
): Promise<OpenStorage> {
  const log = keptLog();
  const own = "own" in server ? server : undefined;
  const dataDirectory = own?.directory ?? mkdtempSync(join(tmpdir(), "naast-data-"));
  const config = { dataDirectory, scriptsDirectory };
  const redis = await openRedis(
    "url" in server ? { ...config, url: server.url } : { ...config, own: [server.own] },
    log,
  );
  const others: Storage[] = [];
  const storage = openStorage({ redis, dataDirectory, keyring, log, timing: { ...quick, ...timing } });
  return {
    ...storage,
    redis,
    log,
    directory: dataDirectory,
    async another(slower = {}, more = {}) {
      const second = openStorage({
        redis: await secondLink(redis, log),
        dataDirectory,
        keyring,
        log,
        timing: { ...quick, ...slower },
        ...more,
      });
      others.push(second);
      return second;
    },
    async close() {
      await Promise.all(others.map((other) => other.close()));
      await storage.close();
      const places = [
        ...leftIn(dataDirectory, "data"),
        { name: "log", bytes: Buffer.from(JSON.stringify(log.lines)) },
      ];
      if (own?.directory === undefined) rmSync(dataDirectory, { recursive: true, force: true });
      expectNone(places);
    },
  };
}

/** A connection of its own to the same server, as another process has it. */
async function secondLink(redis: OpenRedis, log: Log): Promise<OpenRedis> {
  const link = await redis.reconnect(log);
  return { ...redis, link, client: link.client, close: () => link.close() };
}
