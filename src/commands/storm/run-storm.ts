import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { auditFiles } from "../../console/audit-file.ts";
import { createLog } from "../../operations/log.ts";
import { readKeyring } from "../../privacy/keyring.ts";
import { pseudonyms } from "../../privacy/pseudonym.ts";
import { openRedis } from "../../storage/open-redis.ts";
import { openStorage, type Storage } from "../../storage/open-storage.ts";
import type { CallbackId, PersonId } from "../../terms.ts";
import { type Chance, chance } from "../chaos/chance.ts";
import { appMachine, type Machine, redisMachine } from "../chaos/machines.ts";
import { copyProduct, type ProductCopy } from "../chaos/product-copy.ts";
import { stormEnvironment } from "../chaos/storm-environment.ts";
import { type MetaStub, startMetaStub, typed } from "../demo-whatsapp/meta-stub.ts";
import { letWork, type NursesSaw } from "./nurses.ts";
import { putBeforeConfirm, walkToConfirm } from "./ready-to-send.ts";

export interface StormOptions {
  readonly escalations: number;
  readonly seed: number;
  readonly nurses: number;
  readonly appKillMilliseconds: number;
  readonly redisKillMilliseconds: number;
  readonly say?: (line: string) => void;
}

/** What a storm must leave behind: all lists empty. */
interface StormVerdict {
  /** Parents whose "send it" was taken, without a callback. */
  readonly lost: readonly string[];
  readonly openedTwice: readonly string[];
  readonly notClosed: readonly string[];
  /** Closed more than once, by the history or by what nurses were told. */
  readonly closedTwice: readonly string[];
  /** Opened or closed at the console without a record of it. */
  readonly unaudited: readonly string[];
  readonly brokenChains: readonly string[];
  /** Parents who never heard how it ended. */
  readonly untold: readonly string[];
}

export interface StormRun {
  readonly verdict: StormVerdict;
  readonly asked: number;
  readonly closed: number;
  readonly appKills: number;
  readonly redisKills: number;
  readonly auditRecords: number;
  /** Times that the ending was said twice: a send whose settling was cut off may be made again. */
  readonly toldTwice: number;
  readonly seconds: number;
}

interface Stage {
  readonly options: StormOptions;
  readonly folder: string;
  readonly meta: MetaStub;
  readonly dice: Chance;
  readonly redis: Machine;
  readonly apps: readonly Machine[];
  readonly storage: Storage;
  readonly parents: readonly Parent[];
}

interface Parent {
  readonly phone: string;
  readonly userId: string;
  readonly person: PersonId;
}

const graceMilliseconds = 6_000;
const askingAtOnce = 24;
const longestMilliseconds = 40 * 60_000;

/**
 * Parents send requests to two processes over WhatsApp and nurses close them over the console's API, while both
 * processes and their Redis are killed with -9 again and again. Counts what was lost, doubled or unrecorded.
 */
export async function runStorm(root: string, options: StormOptions): Promise<StormRun> {
  const leavings: (() => unknown)[] = [];
  try {
    return await storm(await setUp(root, options, leavings));
  } finally {
    for (const putAway of leavings.toReversed()) await putAway();
  }
}

async function setUp(root: string, options: StormOptions, leavings: (() => unknown)[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "naast-storm-"));
  leavings.push(() => rmSync(folder, { recursive: true, force: true }));
  const copy = await copyProduct(root, graceMilliseconds, undefined);
  leavings.push(copy.remove);
  const meta = await startMetaStub({ redeliveries: 400 });
  leavings.push(meta.stop);
  const redis = await redisMachine("redis", root, folder);
  leavings.push(redis.kill);
  await redis.start();
  const env = stormEnvironment([redis], meta);
  const dice = chance(options.seed);
  const storage = await openReader(copy, folder, env);
  leavings.push(() => storage.close());
  const parents = parentsOf(options.escalations, meta, env.DATA_KEYS);
  const persons = parents.map(({ person }) => person);
  await putBeforeConfirm(persons, walkToConfirm(root), storage);
  options.say?.(`${parents.length} parents are about to send their request`);
  const apps = await Promise.all(
    ["app-1", "app-2"].map((name) => appMachine(name, copy.root, folder, env, copy.flags)),
  );
  for (const app of apps) leavings.push(app.kill);
  await Promise.all(apps.map((app) => app.start()));
  meta.pointTo(() => `http://127.0.0.1:${apps[dice.below(apps.length)]?.port}/webhooks/whatsapp`);
  return { options, folder, meta, dice, redis, apps, storage, parents };
}

async function openReader(
  { scriptsDirectory }: ProductCopy,
  folder: string,
  env: ReturnType<typeof stormEnvironment>,
): Promise<Storage> {
  const log = createLog("silent");
  const dataDirectory = join(folder, "reader");
  const redis = await openRedis({ url: env.REDIS_URL, dataDirectory, scriptsDirectory }, log);
  return openStorage({ redis, dataDirectory, keyring: readKeyring(env.DATA_KEYS), log });
}

function parentsOf(count: number, { phoneNumberId }: MetaStub, keys: string): readonly Parent[] {
  const names = pseudonyms(readKeyring(keys));
  return Array.from({ length: count }, (_, at) => {
    const userId = `NL.${1_000 + at}`;
    const person = names.person("whatsapp", `${phoneNumberId}:${userId}`);
    return { phone: `316${10_000_000 + at}`, userId, person };
  });
}

async function storm(stage: Stage): Promise<StormRun> {
  const { options, apps, dice, folder } = stage;
  const began = performance.now();
  const over = new AbortController();
  const kills = unleash(stage, over.signal);
  const ward = { apps, chance: dice, nurses: options.nurses, over: over.signal };
  const working = letWork({ ...ward, dataDirectory: join(folder, "app-1") });
  const asked = await letAsk(stage);
  options.say?.(`${asked.length} requests were taken; the nurses go on`);
  await untilClosed(stage, began);
  over.abort();
  const [counts, saw] = await Promise.all([kills, working]);
  await untilTold(stage);
  const seconds = (performance.now() - began) / 1000;
  return { ...(await judge(stage, asked, saw)), ...counts, asked: asked.length, seconds };
}

/** Every parent sends the same last word, and once more when nobody took it: as Meta does. */
async function letAsk({ meta, parents }: Stage): Promise<readonly Parent[]> {
  const waiting = [...parents];
  const taken: Parent[] = [];
  async function one(): Promise<void> {
    for (let parent = waiting.shift(); parent !== undefined; parent = waiting.shift()) {
      const message = { ...typed("1"), id: `wamid.${parent.userId}.send` };
      if ((await meta.write(parent, message)) === 200) taken.push(parent);
    }
  }
  await Promise.all(Array.from({ length: askingAtOnce }, one));
  return taken;
}

/** Kills one process after another, and now and then their Redis, all of them with -9. */
async function unleash({ options, apps, redis, dice }: Stage, over: AbortSignal) {
  const counts = { appKills: 0, redisKills: 0 };
  const every = async (milliseconds: number, act: () => Promise<void>): Promise<void> => {
    while (await pause(milliseconds, true, { signal: over }).catch(() => false)) await act();
  };
  await Promise.all([
    every(options.appKillMilliseconds, async () => {
      const app = apps[dice.below(apps.length)];
      counts.appKills += 1;
      await app?.kill();
      await app?.start();
    }),
    every(options.redisKillMilliseconds, async () => {
      counts.redisKills += 1;
      await redis.kill();
      await pause(200);
      await redis.start();
    }),
  ]);
  return counts;
}

async function untilClosed({ storage, parents, options }: Stage, began: number): Promise<void> {
  let closed = 0;
  while (closed < parents.length && performance.now() - began < longestMilliseconds) {
    await pause(1_000);
    const { callbacks } = storage;
    const open = await callbacks.load("all", "today", Date.now()).catch(() => undefined);
    if (open === undefined || open.open > 0) continue;
    // nothing is open: either all is done, or requests are still on their way into the queue
    const states = await Promise.all(parents.map(({ person }) => callbacks.findOf(person))).catch(() => []);
    closed = states.filter(
      (found) => found.length > 0 && found.every(({ state }) => state === "closed"),
    ).length;
    options.say?.(`${closed} of ${parents.length} are closed`);
  }
}

/** The ending is said by whoever closed, and by a timer when that process died: half a minute later, and a while. */
async function untilTold(stage: Stage): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < 120_000 && tellings(stage).size < stage.parents.length)
    await pause(1_000);
}

/** How often each parent was told how it ended, by their number. */
function tellings({ meta, parents }: Stage): ReadonlyMap<string, number> {
  const numbers = new Set(parents.map(({ phone }) => phone));
  const told = new Map<string, number>();
  for (const { whom, opaque } of meta.taken()) {
    const number = whom.replace(/^\+/, "");
    if (opaque?.startsWith("outcome-") !== true || !numbers.has(number)) continue;
    told.set(number, (told.get(number) ?? 0) + 1);
  }
  return told;
}

async function judge(stage: Stage, asked: readonly Parent[], saw: NursesSaw) {
  const { storage, apps, folder } = stage;
  const found = await Promise.all(
    asked.map(async (parent) => ({ parent, callbacks: await storage.callbacks.findOf(parent.person) })),
  );
  const of = (wrong: (one: (typeof found)[number]) => boolean): readonly string[] =>
    found.filter(wrong).map(({ parent }) => parent.userId);
  const times = (one: (typeof found)[number], kind: string): number =>
    one.callbacks.flatMap(({ history }) => history).filter((event) => event.kind === kind).length;
  const idsOf = (one: (typeof found)[number]): readonly CallbackId[] => one.callbacks.map(({ id }) => id);
  const audits = await Promise.all(apps.map(({ name }) => readAudit(join(folder, name, "audit"))));
  const recorded = (event: string) => new Set(audits.flatMap(({ records }) => records[event] ?? []));
  const [viewed, ended] = [recorded("callback-viewed"), recorded("callback-closed")];
  const told = tellings(stage);
  const verdict: StormVerdict = {
    lost: of(({ callbacks }) => callbacks.length === 0),
    openedTwice: of(
      (one) => one.callbacks.length > 1 || times(one, "opened") > 1 || times(one, "merged") > 0,
    ),
    notClosed: of(({ callbacks }) => callbacks.some(({ state }) => state !== "closed")),
    closedTwice: of(
      (one) => times(one, "closed") > 1 || idsOf(one).some((id) => (saw.closed.get(id) ?? 0) > 1),
    ),
    unaudited: [
      ...[...saw.opened.keys()].filter((id) => !viewed.has(id)),
      ...found.flatMap(idsOf).filter((id) => !ended.has(id)),
    ],
    brokenChains: audits.flatMap(({ broken }) => broken),
    untold: of(({ parent }) => !told.has(parent.phone)),
  };
  return {
    verdict,
    closed: found.filter((one) => times(one, "closed") === 1).length,
    auditRecords: audits.reduce((sum, { count }) => sum + count, 0),
    toldTwice: [...told.values()].filter((often) => often > 1).length,
  };
}

/** Checks the chain of one process, and gives which callbacks its records are about. */
async function readAudit(folder: string) {
  // nothing is written here, and nobody is looked up
  const audit = auditFiles(folder, Date.now, { numberOf: async () => "", numbersOf: async () => [] });
  const { records: count, broken } = await audit.check();
  const records: Record<string, readonly string[]> = {};
  for (const event of ["callback-viewed", "callback-closed"]) {
    const all = await audit.find({ event, limit: Number.POSITIVE_INFINITY });
    records[event] = all.flatMap(({ object, outcome }) =>
      object.id === null || outcome !== "granted" ? [] : [object.id],
    );
  }
  return { count, broken: broken.map(({ file, line, why }) => `${file}:${line} ${why}`), records };
}
