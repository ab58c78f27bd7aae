import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KnownError } from "../../errors.ts";
import { type CallbackRequest, lanes, type Nurse } from "../../escalation/callback.ts";
import type { CallbackQueue, Held } from "../../escalation/callback-queue.ts";
import { createLog } from "../../operations/log.ts";
import { openKeyringFile } from "../../privacy/keyring.ts";
import { type OpenRedis, openRedis } from "../../storage/open-redis.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { type CallbackId, locales, type PersonId } from "../../terms.ts";
import { describe, type Figure, percentile, timed } from "./figures.ts";

const few = 100;
const many = 10_000;
const rounds = 400;
/** What the console shows at once. */
const shown = 50;
const clicks = 1_000;
const day = 24 * 3_600_000;

const ann: Nurse = { id: "bench-ann", name: "Ann", regions: ["all"] };
const bea: Nurse = { id: "bench-bea", name: "Bea", regions: ["all"] };

/**
 * Listing and claiming with few and with many open callbacks, and two nurses who click the same one.
 *
 * Each has a server of its own and they take turns, so that whatever else the machine does slows both alike; a
 * durable write of the same server beside them says what of it is the disk's.
 */
export async function benchQueue(root: string): Promise<readonly Figure[]> {
  const [short, long] = await Promise.all([openOne(root), openOne(root)]);
  try {
    await fill(short.callbacks, few);
    await fill(long.callbacks, many);
    const read = () => long.redis.link.call("{cb}:open", "ZRANGE", "{cb}:open", "0", "0");
    const write = (at: number) =>
      long.redis.link.call("{cb}:x", "SET", "{cb}:bench", String(at), "PX", "1000");
    return [
      ["kept in", long.redis.describe],
      ...(await inTurns(`list the first ${shown}`, short, long, ({ callbacks }) =>
        callbacks.list({ regions: ["all"], part: "open", limit: shown }),
      )),
      ...(await inTurns("claim one by id and put it back", short, long, ({ callbacks, open }, at) =>
        claimAndRelease(callbacks, { id: idOf(at % open) }),
      )),
      ...(await inTurns("claim the best fit and put it back", short, long, ({ callbacks }) =>
        claimAndRelease(callbacks),
      )),
      ...describe("peer: one read of the same server", await timed(rounds, read)),
      ...describe(
        "peer: two durable writes, one after the other",
        await timed(rounds, async (at) => {
          await write(at);
          await write(at);
        }),
      ),
      ...(await race(long.callbacks)),
    ];
  } finally {
    await Promise.all([short.close(), long.close()]);
  }
}

interface Line {
  readonly redis: OpenRedis;
  readonly callbacks: CallbackQueue;
  readonly open: number;
  close(): Promise<void>;
}

async function openOne(root: string): Promise<Omit<Line, "open">> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "naast-bench-"));
  const log = createLog("silent");
  const redis = await openRedis({ dataDirectory, scriptsDirectory: join(root, "src/storage/scripts") }, log);
  const keyring = openKeyringFile(join(dataDirectory, "keys"));
  const storage = openStorage({ redis, dataDirectory, keyring, log });
  return {
    redis,
    callbacks: storage.callbacks,
    async close() {
      await storage.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Does the same on both, by turns, and says how much longer the long line takes. */
async function inTurns(
  name: string,
  short: Omit<Line, "open">,
  long: Omit<Line, "open">,
  act: (line: Line, at: number) => Promise<unknown>,
): Promise<readonly Figure[]> {
  const took: Record<"short" | "long", number[]> = { short: [], long: [] };
  for (let at = 0; at < rounds; at += 1) {
    for (const which of at % 2 === 0 ? (["short", "long"] as const) : (["long", "short"] as const)) {
      const line = which === "short" ? { ...short, open: few } : { ...long, open: many };
      const began = performance.now();
      await act(line, at);
      took[which].push(performance.now() - began);
    }
  }
  const [ofFew, ofMany] = [sorted(took.short), sorted(took.long)];
  const ratio = (share: number): string => (percentile(ofMany, share) / percentile(ofFew, share)).toFixed(2);
  return [
    ...describe(`${name}, ${few} open`, ofFew).slice(1),
    ...describe(`${name}, ${many} open`, ofMany).slice(1),
    [`${name}: as long, p50 and p99`, `${ratio(0.5)} and ${ratio(0.99)} times`],
  ];
}

const sorted = (took: readonly number[]): readonly number[] => took.toSorted((one, other) => one - other);

async function claimAndRelease(queue: CallbackQueue, wish = {}): Promise<void> {
  const held = await queue.claim(ann, wish);
  if (held === undefined) throw new Error("nobody waits");
  await queue.release(held.hold);
}

/** Two nurses at once on the same callback: how often exactly one of them got it. */
async function race(queue: CallbackQueue): Promise<readonly Figure[]> {
  let exactlyOne = 0;
  for (let at = 0; at < clicks; at += 1) {
    const id = idOf(at);
    const both = await Promise.all([tried(queue, ann, id), tried(queue, bea, id)]);
    const got = both.filter((held) => held !== undefined);
    if (got.length === 1) exactlyOne += 1;
    for (const { hold } of got) await queue.release(hold);
  }
  return [["two nurses click the same callback: exactly one got it", `${exactlyOne} of ${clicks}`]];
}

async function tried(queue: CallbackQueue, nurse: Nurse, id: CallbackId): Promise<Held | undefined> {
  try {
    return await queue.claim(nurse, { id });
  } catch (error) {
    if (error instanceof KnownError && error.code === "escalation.already-claimed") return undefined;
    throw error;
  }
}

async function fill(queue: CallbackQueue, till: number): Promise<void> {
  const together = 50;
  for (let at = 0; at < till; at += together) {
    const batch = Array.from({ length: Math.min(together, till - at) }, (_, more) => at + more);
    await Promise.all(batch.map((one) => queue.open(idOf(one), requestOf(one))));
  }
}

function idOf(at: number): CallbackId {
  return `bench-${at}` as CallbackId;
}

function requestOf(at: number): CallbackRequest {
  const now = Date.now();
  return {
    person: `bench-person-${at}` as PersonId,
    channel: "directline",
    locale: locales[at % locales.length] ?? "nl",
    lane: lanes[at % lanes.length] ?? "routine",
    reason: "sleep",
    words: "Ik wil graag overleggen over de nachten.",
    ageBand: "P2",
    phone: `+316${String(10_000_000 + at)}`,
    moment: "any",
    voicemailSafe: true,
    interpreter: false,
    meeting: "call",
    preferredNurse: null,
    region: at % 2 === 0 ? "noord" : "zuid",
    path: ["sleep:check", "sleep:view"],
    rules: [],
    consents: ["passing-on"],
    consentVersion: "bench",
    requestedAt: now - at,
    promisedAt: now + day,
  };
}
