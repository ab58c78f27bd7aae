import { type ChildProcess, spawn } from "node:child_process";
import { createClient } from "redis";
import type { Place } from "../../support/canaries.ts";

/** Reads every key of a Redis with all it holds, and what the server itself noted. */
export async function placesInRedis(url: string): Promise<readonly Place[]> {
  const client = await openReader(url);
  try {
    const keys = new Set<string>();
    for await (const batch of client.scanIterator({ COUNT: 1_000 })) for (const key of batch) keys.add(key);
    const places: Place[] = [{ name: "redis: key names", bytes: Buffer.from([...keys].join("\n")) }];
    for (const key of keys) {
      const value = await readValue(client, key);
      places.push({ name: `redis: ${key}`, bytes: Buffer.from(JSON.stringify(value)) });
    }
    for (const command of [
      ["SLOWLOG", "GET", "128"],
      ["CLIENT", "LIST"],
      ["INFO", "everything"],
    ]) {
      const said = await client.sendCommand(command);
      places.push({ name: `redis: ${command[0]}`, bytes: Buffer.from(JSON.stringify(said)) });
    }
    return places;
  } finally {
    client.destroy();
  }
}

type Reader = Awaited<ReturnType<typeof openReader>>;

async function openReader(url: string) {
  return await createClient({ url }).connect();
}

async function readValue(client: Reader, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case "string":
      return await client.get(key);
    case "hash":
      return await client.hGetAll(key);
    case "list":
      return await client.lRange(key, 0, -1);
    case "set":
      return await client.sMembers(key);
    case "zset":
      return await client.zRangeWithScores(key, 0, -1);
    default:
      return await client.sendCommand(["DUMP", key]);
  }
}

/** Listens to every command that reaches a Redis: what was written and deleted again is seen as well. */
export async function monitor(
  port: number,
): Promise<{ readonly heard: () => Buffer; readonly end: () => void }> {
  const chunks: Buffer[] = [];
  const child: ChildProcess = spawn("redis-cli", ["-p", String(port), "MONITOR"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.stdout?.on("data", (bytes: Buffer) => chunks.push(bytes));
  await new Promise<void>((begun) => child.stdout?.once("data", () => begun()));
  return { heard: () => Buffer.concat(chunks), end: () => child.kill() };
}
