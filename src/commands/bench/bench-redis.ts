import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeTurn } from "../../conversation/take-turn.ts";
import { createLog } from "../../operations/log.ts";
import { openKeyringFile } from "../../privacy/keyring.ts";
import { openRedis } from "../../storage/open-redis.ts";
import { openStorage } from "../../storage/open-storage.ts";
import type { PersonId } from "../../terms.ts";
import { describe, type Figure, timed } from "./figures.ts";
import { benchScript, nextInbound } from "./walker.ts";

const turns = 3_000;

/** One durable turn on Redis: accept, claim, decide, commit; beside it the bare round trip to the same server. */
export async function benchRedis(root: string): Promise<readonly Figure[]> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "naast-bench-"));
  const log = createLog("silent");
  const redis = await openRedis({ dataDirectory, scriptsDirectory: join(root, "src/storage/scripts") }, log);
  const keyring = openKeyringFile(join(dataDirectory, "keys"));
  const storage = openStorage({ redis, dataDirectory, keyring, log });
  const script = benchScript(root, true);
  let conversation: Parameters<typeof nextInbound>[2];
  const person = "bench" as PersonId;
  try {
    const durable = async (at: number): Promise<void> => {
      await storage.turnLog.accept([nextInbound(person, at, conversation)]);
      const claim = await storage.turnLog.claim();
      if (claim === undefined) throw new Error("what was accepted cannot be claimed");
      const commit = takeTurn(claim, script, { now: Date.now(), load: { ahead: 0, open: 0 } });
      conversation = commit.conversation;
      await storage.turnLog.commit(claim, commit);
    };
    for (let at = 0; at < 300; at += 1) await durable(at);
    const took = await timed(turns, (at) => durable(at + 300));
    const bare = await timed(turns, () => redis.link.call("{p00}", "SET", "{p00}:bench", "x", "PX", "60000"));
    return [
      ["kept in", redis.describe],
      ...describe("durable turn", took),
      ...describe("limit: one durable SET on the same server", bare),
    ];
  } finally {
    await storage.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}
