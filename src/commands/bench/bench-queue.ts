import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KnownError } from "../../errors.ts";
import { type CallbackRequest, lanes, type Nurse } from "../../escalation/callback.ts";
import type { CallbackQueue, Held } from "../../escalation/callback-queue.ts";
import { createLog } from "../../operations/log.ts";
import { openKeyringFile } from "../../privacy/keyring.ts";
import { openRedis } from "../../storage/open-redis.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { type CallbackId, locales, type PersonId } from "../../terms.ts";
import { describe, type Figure, timed } from "./figures.ts";

const few = 100;
const many = 10_000;
const claims = 300;
const lists = 50;
/** What the console shows at once. */
const shown = 50;
const clicks = 1_000;
const day = 24 * 3_600_000;

const ann: Nurse = { id: "bench-ann", name: "Ann", regions: ["all"] };
const bea: Nurse = { id: "bench-bea", name: "Bea", regions: ["all"] };

/** Listing and claiming with few and with many open callbacks, and two nurses who click the same one. */
export async function benchQueue(root: string): Promise<readonly Figure[]> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "naast-bench-"));
  const log = createLog("silent");
  const redis = await openRedis({ dataDirectory, scriptsDirectory: join(root, "src/storage/scripts") }, log);
  const keyring = openKeyringFile(join(dataDirectory, "keys"));
  const storage = openStorage({ redis, dataDirectory, keyring, log });
  const { callbacks } = storage;
  const ping = () => redis.link.call("{cb}:open", "ZRANGE", "{cb}:open", "0", "0");
  try {
    await fill(callbacks, 0, few);
    const early = await measure(callbacks, few);
    await fill(callbacks, few, many);
    const late = await measure(callbacks, many);
    const bare = await timed(1_000, ping);
    return [
      ["kept in", redis.describe],
      ...early,
      ...late,
      ...describe("peer: one read of the same server", bare),
      ...(await race(callbacks)),
    ];
  } finally {
    await storage.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

async function measure(queue: CallbackQueue, open: number): Promise<readonly Figure[]> {
  const regions = ["all"];
  const list = await timed(lists, () => queue.list({ regions, part: "open", limit: shown }));
  const one = await timed(claims, (at) => claimAndRelease(queue, { id: idOf(at % open) }));
  const best = await timed(claims, () => claimAndRelease(queue));
  return [
    ...describe(`list the first ${shown} of ${open} open`, list),
    ...describe(`claim one of ${open} by id and put it back`, one),
    ...describe(`claim the best fit of ${open} and put it back`, best),
  ];
}

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

async function fill(queue: CallbackQueue, from: number, till: number): Promise<void> {
  const together = 50;
  for (let at = from; at < till; at += together) {
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
