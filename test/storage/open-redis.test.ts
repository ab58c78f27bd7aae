import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type OpenRedis, openRedis, type RedisConfig } from "../../src/storage/open-redis.ts";
import { ownDirectory } from "../../src/storage/own-directory.ts";
import { readRedisUrl } from "../../src/storage/redis-link.ts";
import { keptLog } from "../support/log.ts";
import { startTestEmbedded, until } from "../support/redis.ts";
import { openTestStorage, scriptsDirectory } from "../support/storage.ts";

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "naast-data-"));
  closers.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function open(dataDirectory: string, own: NonNullable<RedisConfig["own"]>): Promise<OpenRedis> {
  const opened = await openRedis({ dataDirectory, scriptsDirectory, own }, keptLog());
  closers.push(() => opened.close());
  return opened;
}

describe("a server found on this machine", () => {
  test("is started privately, fit for use, behind a socket only its owner can open", async () => {
    const data = directory();
    const redis = await open(data, ["found", "embedded"]);
    expect(redis.kind).toBe("found");
    expect(redis.describe).toContain("found on this machine");
    expect(statSync(join(data, "redis")).mode & 0o777).toBe(0o700);
    expect(statSync(join(data, "redis/found.sock")).mode & 0o777).toBe(0o700);
    expect(await redis.link.call("a", "CONFIG", "GET", "appendfsync")).toEqual(["appendfsync", "always"]);
    expect(await redis.link.call("a", "CONFIG", "GET", "port")).toEqual(["port", "0"]);
  });

  test("keeps its data from one start to the next", async () => {
    const data = directory();
    const first = await open(data, ["found"]);
    await first.link.call("a", "SET", "a", "kept");
    await first.close();
    const second = await open(data, ["found"]);
    expect(await second.link.call("a", "GET", "a")).toBe("kept");
  });

  test("is started again when it is killed", async () => {
    const redis = await open(directory(), ["found"]);
    await redis.link.call("a", "SET", "a", "kept");
    const killed = redis.pid ?? 0;
    process.kill(killed, "SIGKILL");
    await until(async () => (await redis.link.call("a", "GET", "a").catch(() => undefined)) === "kept");
    expect(redis.pid).not.toBe(killed);
  });

  test("ends with the product", async () => {
    const redis = await open(directory(), ["found"]);
    const pid = redis.pid ?? 0;
    await redis.close();
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test("that outlived a killed product is stopped, and its data taken over", async () => {
    const data = directory();
    const first = await open(data, ["found"]);
    await first.link.call("a", "SET", "a", "kept");
    // as a kill -9 leaves it: the server runs on, and the lock names a process that is gone
    writeFileSync(join(data, "redis/owner"), "999999999 1");
    const left = first.pid ?? 0;
    const second = await openRedis({ dataDirectory: data, scriptsDirectory, own: ["found"] }, keptLog());
    closers.push(() => second.close());
    expect(second.pid).not.toBe(left);
    expect(await second.link.call("a", "GET", "a")).toBe("kept");
  });
});

describe("one data directory", () => {
  test.each(["found", "embedded"] as const)("has one owner (%s)", async (own) => {
    const data = directory();
    const first = await open(data, [own]);
    await expect(open(data, [own])).rejects.toMatchObject({ code: "storage.in-use" });
    await first.close();
    await open(data, [own]);
  });

  test("is free again when its owner died, though the number of its process lives on", () => {
    const data = directory();
    const giveUp = ownDirectory(data);
    writeFileSync(join(data, "owner"), `${process.pid} 1`);
    ownDirectory(data)();
    giveUp();
    expect(existsSync(join(data, "owner"))).toBe(false);
  });
});

describe("the embedded server", () => {
  test("keeps every kind of value, with its lifetime, over a kill and a torn write", async () => {
    const server = await startTestEmbedded();
    closers.push(() => server.stop());
    const { redis, close } = await openTestStorage({ url: server.url });
    closers.push(close);
    const call = (...command: string[]) => redis.link.call("a", ...command);
    await call("SET", "string", "żółć\u0000👶", "PX", "600000");
    await call("HSET", "hash", "a", "1", "b", "2");
    await call("RPUSH", "list", "1", "2", "3");
    await call("ZADD", "zset", "1.5", "a", "1763776543210", "b");
    await call("SADD", "set", "x", "y");
    await call("SET", "gone", "1");
    await call("DEL", "gone");
    await call("LPOP", "list");
    await server.kill();
    appendFileSync(join(server.directory, "journal"), Buffer.from([9, 0, 0, 0, 1, 2, 3, 4, 5, 6]));
    await server.start();
    await until(async () => (await call("PING").catch(() => "")) === "PONG");
    expect(await call("GET", "string")).toBe("żółć\u0000👶");
    expect(Number(await call("PTTL", "string"))).toBeGreaterThan(500_000);
    expect(await call("HGETALL", "hash")).toEqual(["a", "1", "b", "2"]);
    expect(await call("LRANGE", "list", "0", "-1")).toEqual(["2", "3"]);
    expect(await call("ZRANGE", "zset", "0", "-1", "WITHSCORES")).toEqual(["a", "1.5", "b", "1763776543210"]);
    expect(((await call("SMEMBERS", "set")) as string[]).toSorted()).toEqual(["x", "y"]);
    expect(await call("EXISTS", "gone")).toBe(0);
    await call("SET", "after", "1");
  });

  test("its journal shrinks when most of it is history, and loses nothing by it", async () => {
    const server = await startTestEmbedded();
    closers.push(() => server.stop());
    const { redis, close } = await openTestStorage({ url: server.url });
    closers.push(close);
    const call = (...command: string[]) => redis.link.call("a", ...command);
    const long = "x".repeat(100_000);
    for (let round = 0; round < 90; round += 1) await call("SET", "same", `${round} ${long}`);
    expect(statSync(join(server.directory, "journal")).size).toBeLessThan(6_000_000);
    await server.kill();
    await server.start();
    await until(async () => (await call("PING").catch(() => "")) === "PONG");
    expect(await call("GET", "same")).toBe(`89 ${long}`);
  });

  test("asks for a password where it listens on a port", async () => {
    const server = await startTestEmbedded();
    closers.push(() => server.stop());
    const { redis, close } = await openTestStorage({ url: `redis://127.0.0.1:${server.port}` });
    closers.push(close);
    await expect(redis.link.call("a", "GET", "a")).rejects.toThrow();
  });
});

test.each([
  ["redis://a:1", { kind: "single", url: "redis://a:1" }],
  ["rediss://u:p@a:1", { kind: "single", url: "rediss://u:p@a:1" }],
  ["redis://a:1, redis://b:2", { kind: "cluster", urls: ["redis://a:1", "redis://b:2"] }],
])("reads REDIS_URL %s", (text, address) => {
  expect(readRedisUrl(text)).toEqual(address);
});

test.each(["http://a", "redis:// a", "a:1", "redis://a:1,b"])("refuses REDIS_URL %s", (text) => {
  expect(() => readRedisUrl(text)).toThrow(expect.objectContaining({ code: "config.invalid" }));
});
