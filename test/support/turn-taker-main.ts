/**
 * A process that takes turns and answers nobody, so that a test can end it with turns in hand: some of messages that it
 * took in itself, one after another, and any that it finds. Prints the person of each.
 */
import { openRedis } from "../../src/storage/open-redis.ts";
import { openStorage } from "../../src/storage/open-storage.ts";
import { keptLog } from "./log.ts";
import { anInbound, aPerson, keyring } from "./samples.ts";

const [, , url = "", dataDirectory = "", scriptsDirectory = "", messages = "0"] = process.argv;
const log = keptLog();
const redis = await openRedis({ url, dataDirectory, scriptsDirectory }, log);
const timing = { turnLeaseMilliseconds: 600_000, sweepMilliseconds: 50 };
const { turnLog } = openStorage({ redis, dataDirectory, keyring, log, timing });

async function takeAll(): Promise<void> {
  for (let claim = await turnLog.claim(); claim !== undefined; claim = await turnLog.claim()) {
    process.stdout.write(`${claim.person}\n`);
  }
}

turnLog.onWaiting(
  () => undefined,
  () => true,
);
for (let taken = 0; taken < Number(messages); taken += 1) await turnLog.accept([anInbound(aPerson())]);
setInterval(() => void takeAll().catch(() => undefined), 20);
