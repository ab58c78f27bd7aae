/**
 * Keys are rotated while people write: two processes of the product's own turns and replies, restarted one after the
 * other with another ring, as `docs/guides/operator.md` says, and also as it warns against.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Inbound } from "../../src/conversation/inbound.ts";
import { runTurns } from "../../src/conversation/run-turns.ts";
import { sendReplies } from "../../src/conversation/send-replies.ts";
import type { Claim, Commit, Send } from "../../src/conversation/turn-log.ts";
import { readKeyring } from "../../src/privacy/keyring.ts";
import { openRedis } from "../../src/storage/open-redis.ts";
import { openStorage, type Storage } from "../../src/storage/open-storage.ts";
import type { PersonId } from "../../src/terms.ts";
import { keptLog } from "../support/log.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { aCallbackId, aConversation, anInbound, aPerson, aReply, aRequest } from "../support/samples.ts";
import { scriptsDirectory } from "../support/storage.ts";

jest.setTimeout(120_000);

const key = (): string => randomBytes(32).toString("base64");
const [k1, k2, person] = [`k1:${key()}`, `k2:${key()}`, `person:${key()}`];
const rings = {
  old: `${k1},${person}`,
  both: `${k1},${k2},${person}`,
  turned: `${k2},${k1},${person}`,
  fresh: `${k2},${person}`,
};

interface Process {
  readonly storage: Storage;
  readonly log: ReturnType<typeof keptLog>;
  stop(): Promise<void>;
}

let redis: TestRedis;
let directory: string;
/** What runs, so that a test that fails leaves nothing running. */
let running: { stop(): Promise<void> }[] = [];
const sent = new Map<PersonId, string[]>();

beforeEach(async () => {
  sent.clear();
  directory = mkdtempSync(join(tmpdir(), "naast-rotation-"));
  redis = await startTestRedis();
});
afterEach(async () => {
  for (const one of running.toReversed()) await one.stop();
  running = [];
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Counts the messages of each person in their conversation, which is sealed and read again at every turn. */
async function answer({ person: who, inbound, conversation }: Claim): Promise<Commit> {
  const turn = (conversation?.turn ?? 0) + 1;
  const intent = {
    kind: "open",
    id: aCallbackId(),
    request: aRequest(who, { words: inbound.words.reveal() }),
  } as const;
  return {
    conversation: aConversation(who, { turn }),
    reply: aReply(`${turn}: ${inbound.words.reveal()}`),
    intent: turn === 1 ? intent : undefined,
  };
}

async function start(ring: keyof typeof rings): Promise<Process> {
  const log = keptLog();
  const opened = await openRedis({ url: redis.url, dataDirectory: directory, scriptsDirectory }, log);
  const storage = openStorage({
    redis: opened,
    dataDirectory: directory,
    keyring: readKeyring(rings[ring]),
    log,
    timing: { turnLeaseMilliseconds: 2_000, sweepMilliseconds: 50, keyMissingMilliseconds: 200 },
  });
  const { turnLog, outbox } = storage;
  const fallback = (claim: Claim): Commit => ({
    conversation: aConversation(claim.person),
    reply: aReply("could not be answered"),
    intent: undefined,
  });
  const turns = runTurns({ turnLog, answer, fallback, log });
  const send: Send = async ({ person: who, reply }) => {
    sent.set(who, [...(sent.get(who) ?? []), reply.bubbles.map(({ text }) => text).join()]);
    return { kind: "sent" };
  };
  const replies = sendReplies({
    outbox,
    log,
    lost: async () => undefined,
    send: { whatsapp: send, directline: send, azure: send },
  });
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await turns.stop();
    await replies.stop();
    await storage.close();
  };
  const process = { storage, log, stop: () => (stopping ??= end()) };
  running.push(process);
  return process;
}

/** Writes one message of each person again and again until it is told to stop. */
function write(persons: readonly PersonId[], through: () => Process) {
  const accepted = new Map<PersonId, number>(persons.map((one) => [one, 0]));
  let stopped = false;
  const writing = (async () => {
    while (!stopped) {
      for (const one of persons) {
        const count = (accepted.get(one) ?? 0) + 1;
        await deliver(anInbound(one, { text: `m${count}` }), through);
        accepted.set(one, count);
      }
      await pause(50);
    }
  })();
  const writer = {
    accepted,
    async stop() {
      stopped = true;
      await writing;
    },
  };
  running.push(writer);
  return writer;
}

/** As Meta does: whoever stops says "again, please", and the next one is asked. */
async function deliver(inbound: Inbound, through: () => Process): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      await through().storage.turnLog.accept([inbound]);
      return;
    } catch {
      await pause(20);
    }
  }
  throw new Error("a message was not taken in");
}

const count = (): number => [...sent.values()].flat().length;
const expected = (number: number): readonly string[] =>
  Array.from({ length: number }, (_, at) => `${at + 1}: m${at + 1}`);

test("turning the ring in two rounds of restarts loses nothing, doubles nothing, and nothing waits for a key", async () => {
  const persons = Array.from({ length: 25 }, aPerson);
  let two: [Process, Process] = [await start("old"), await start("old")];
  const writer = write(persons, () => two[0]);
  const logs = [...two];
  for (const ring of ["both", "turned"] as const) {
    for (const at of [0, 1] as const) {
      const before = count();
      await until(() => count() > before + 50, 30_000);
      const next = await start(ring);
      const old = two[at];
      two = at === 0 ? [next, two[1]] : [two[0], next];
      logs.push(next);
      await old.stop();
    }
  }
  const before = count();
  await until(() => count() > before + 50, 30_000);
  await writer.stop();
  const total = [...writer.accepted.values()].reduce((sum, one) => sum + one, 0);
  await until(() => count() === total, 60_000);
  for (const one of persons) expect(sent.get(one)).toEqual(expected(writer.accepted.get(one) ?? 0));
  expect(logs.flatMap(({ log }) => log.lines).filter(({ level }) => level === "error")).toEqual([]);
  for (const one of persons) {
    const [callback] = await two[1].storage.callbacks.findOf(one);
    expect(callback?.request.words).toBe("m1");
  }
});

test("a process without the key leaves what it cannot open to one that has it, however often it looked", async () => {
  const [new_, old] = [aPerson(), aPerson()];
  const behind = await start("old");
  await behind.storage.turnLog.accept([anInbound(old, { text: "m1" })]);
  await until(() => sent.get(old)?.length === 1);
  const ahead = await start("fresh");
  await ahead.stop();
  const writer = await openOnly("fresh");
  await writer.turnLog.accept([anInbound(new_, { text: "m1" })]);
  await writer.turnLog.accept([anInbound(old, { text: "m2" })]);
  const waits = (): number => JSON.stringify(behind.log.lines).split("waits for its key").length - 1;
  await until(() => waits() >= 16, 60_000);
  expect(sent.get(new_)).toBeUndefined();
  expect(sent.get(old)).toEqual(["1: m1"]);
  const knowing = await start("turned");
  await until(() => sent.get(new_)?.length === 1 && sent.get(old)?.length === 2, 20_000);
  expect([sent.get(new_), sent.get(old)]).toEqual([["1: m1"], ["1: m1", "2: m2"]]);
  await writer.close();
  await knowing.stop();
});

async function openOnly(ring: keyof typeof rings): Promise<Storage> {
  const log = keptLog();
  const opened = await openRedis({ url: redis.url, dataDirectory: directory, scriptsDirectory }, log);
  return openStorage({ redis: opened, dataDirectory: directory, keyring: readKeyring(rings[ring]), log });
}
