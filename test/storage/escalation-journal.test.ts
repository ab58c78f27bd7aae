import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { crc32 } from "node:zlib";
import { openRedis } from "../../src/storage/open-redis.ts";
import { openStorage, type Storage } from "../../src/storage/open-storage.ts";
import type { CallbackId, PersonId } from "../../src/terms.ts";
import { keptLog } from "../support/log.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
import {
  aCallbackId,
  aConversation,
  anInbound,
  aPerson,
  aReply,
  aRequest,
  keyring,
} from "../support/samples.ts";

let redis: TestRedis;
let directory: string;
let storage: Storage;
let log: ReturnType<typeof keptLog>;

async function open(): Promise<void> {
  log = keptLog();
  const scriptsDirectory = resolve(__dirname, "../../src/storage/scripts");
  const opened = await openRedis({ dataDirectory: directory, scriptsDirectory, url: redis.url }, log);
  storage = openStorage({
    redis: opened,
    dataDirectory: directory,
    keyring,
    log,
    timing: { sweepMilliseconds: 0 },
  });
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "naast-journal-"));
  redis = await startTestRedis();
  await open();
});
afterEach(async () => {
  await storage.close();
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function promise(person: PersonId): Promise<CallbackId> {
  const id = aCallbackId();
  await turn(person, { kind: "open", id, request: aRequest(person, { words: "Fatima slaapt slecht" }) });
  await until(async () => (await storage.callbacks.findOf(person)).length === 1);
  return id;
}

async function turn(person: PersonId, intent: Parameters<Storage["turnLog"]["commit"]>[1]["intent"]) {
  await storage.turnLog.accept([anInbound(person)]);
  await until(async () => {
    const claim = await storage.turnLog.claim();
    if (claim === undefined) return false;
    const commit = { conversation: aConversation(person), reply: aReply("we bellen u"), intent };
    return (await storage.turnLog.commit(claim, commit)) === "committed";
  });
}

/** The disk of Redis is lost, and what is left is an empty server. */
async function loseRedis(): Promise<void> {
  await redis.kill();
  for (const name of readdirSync(redis.directory)) rmSync(join(redis.directory, name), { recursive: true });
  await redis.start();
  await until(async () => (await storage.fitness()).fit);
}

const file = (): string => join(directory, "escalations/0/promised");

test("a callback that Redis lost is in line again, once, with all that was said", async () => {
  const person = aPerson();
  const id = await promise(person);
  await loseRedis();
  await until(async () => (await storage.callbacks.findOf(person)).length === 1);
  const [callback] = await storage.callbacks.findOf(person);
  expect(callback).toMatchObject({ id, state: "waiting", request: { words: "Fatima slaapt slecht" } });
  expect(JSON.stringify(log.lines)).toContain("in line again");

  await storage.close();
  await open();
  await storage.callbacks.open(aCallbackId(), aRequest(aPerson()));
  const again = await storage.callbacks.findOf(person);
  expect(again.map(({ history }) => history.map(({ kind }) => kind))).toEqual([["opened"]]);
});

test("a callback that Redis kept is left as it is, closed ones too", async () => {
  const person = aPerson();
  const id = await promise(person);
  const nurse = { id: "n", name: "N", regions: ["all"] };
  const held = await storage.callbacks.claim(nurse, { id });
  if (held === undefined) throw new Error("not held");
  await storage.callbacks.close(held.hold, { outcome: "advice_given", parentInformed: true });
  await redis.kill();
  await redis.start();
  await until(async () => (await storage.fitness()).fit);
  await storage.close();
  await open();
  await until(async () => (await storage.callbacks.findOf(person))[0]?.state === "closed");
  expect(await storage.callbacks.list({ regions: ["all"], part: "open" })).toEqual([]);
});

test.each([
  ["took back", (person: PersonId, id: CallbackId) => ({ kind: "withdraw", id, person }) as const],
  ["was forgotten with", (person: PersonId) => ({ kind: "erase", person, receipt: "R1" }) as const],
])("what a person %s does not come back", async (_, intent) => {
  const [person, other] = [aPerson(), aPerson()];
  const id = await promise(person);
  await promise(other);
  await turn(person, intent(person, id));
  await until(async () => (await storage.callbacks.findOf(person)).every(({ state }) => state === "closed"));
  await loseRedis();
  await until(async () => (await storage.callbacks.findOf(other)).length === 1);
  expect(await storage.callbacks.findOf(person)).toEqual([]);
  const onDisk = readFileSync(file(), "latin1");
  expect(onDisk.split('"line":')).toHaveLength(2);
  for (const name of [person, other, id]) expect(onDisk).not.toContain(name);
  expect(JSON.stringify(log.lines)).not.toContain("changed by someone else");
});

test("the journal holds no words, and tells when someone changed it", async () => {
  for (let count = 3; count > 0; count -= 1) await promise(aPerson());
  await storage.close();
  const bytes = readFileSync(file());
  expect(bytes.toString("latin1")).not.toContain("Fatima");
  writeFileSync(file(), withOtherTime(bytes));
  await open();
  await until(() => JSON.stringify(log.lines).includes("changed by someone else"));
});

/** Changes the time of the second record, with a checksum that holds. */
function withOtherTime(bytes: Buffer): Buffer {
  const start = 8 + bytes.readUInt32LE(0);
  const record = bytes.subarray(start + 8, start + 8 + bytes.readUInt32LE(start));
  const changed = Buffer.from(record.toString().replace(/"at":1/, '"at":2'));
  const copy = Buffer.from(bytes);
  changed.copy(copy, start + 8);
  copy.writeUInt32LE(crc32(changed), start + 4);
  return copy;
}
