import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RunningProxy } from "../../../infra/as-shipped.mjs";
import { createLog } from "../../operations/log.ts";
import { readKeyring } from "../../privacy/keyring.ts";
import { pseudonyms } from "../../privacy/pseudonym.ts";
import { openRedis } from "../../storage/open-redis.ts";
import { openStorage } from "../../storage/open-storage.ts";
import { readScripts } from "../../storage/scripts.ts";
import type { PersonId } from "../../terms.ts";
import { type MetaStub, type Received, startMetaStub } from "../demo-whatsapp/meta-stub.ts";
import { type Chance, chance } from "./chance.ts";
import { checkHistory, type Happened, type Verdict } from "./check-history.ts";
import { appMachine, joinCluster, type Machine, redisMachine } from "./machines.ts";
import { type App, faultBy, unleash } from "./nemeses.ts";
import { letWrite, type Parent } from "./parents.ts";
import { type Control, copyProduct, type ProductCopy } from "./product-copy.ts";
import { openGate } from "./redis-gate.ts";
import { loadShipped } from "./shipped.ts";
import { stormEnvironment } from "./storm-environment.ts";

export interface ChaosOptions {
  readonly messages: number;
  readonly seed: number;
  readonly perSecond: number;
  readonly redis: "single" | "cluster";
  /**
   * How long a status may take to tell that a reply arrived whose sending was never answered; absent: as long as
   * in the product. Shorter, a run ends sooner, and on a busy machine a status may come too late.
   */
  readonly graceMilliseconds?: number | undefined;
  /** Takes one thing away that keeps promises, to see that the checker notices. */
  readonly without?: Control | undefined;
  /** Ends the storm with the first thing that is wrong. */
  readonly untilFault?: boolean;
  /** Where the history goes, as JSON lines. */
  readonly historyFile?: string | undefined;
  readonly say?: (line: string) => void;
}

export interface ChaosRun {
  readonly verdict: Verdict;
  readonly appKills: number;
  readonly redisKills: number;
  readonly freezes: number;
  /** Freezes that caught a process with a turn it had decided and not yet written. */
  readonly lateCommits: number;
  /** Times a reply was sent without its sender hearing what became of it. */
  readonly cutAnswers: number;
  readonly refusals: number;
  /** Requests that came through the shipped proxy; none where the machine lacks what it takes. */
  readonly throughProxy: number;
  /** From the end of writing until the last reply. */
  readonly settleMilliseconds: number;
}

/** What the product itself waits for a status of a reply whose sending was never answered. */
const usualGraceMilliseconds = 90_000;
/** A process listens for this long after it was away before it sends again what may have arrived. */
const listeningMilliseconds = 30_000;
const longestSettleMilliseconds = 600_000;

/** Everything one run has in hand. */
interface Stage {
  readonly options: ChaosOptions;
  readonly copy: ProductCopy;
  readonly folder: string;
  readonly meta: MetaStub;
  readonly chance: Chance;
  readonly redis: readonly Machine[];
  readonly apps: readonly App[];
  readonly proxy: RunningProxy | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly commitMark: string;
  readonly note: (happened: Happened) => void;
}

/** What is put away after a run, whatever became of it. */
type Leavings = (() => unknown)[];

/** Lets parents write to two processes while these, their Redis and Meta fail, and judges what came of it. */
export async function runChaos(root: string, options: ChaosOptions): Promise<ChaosRun> {
  const leavings: Leavings = [];
  try {
    return await storm(await setUp(root, options, leavings));
  } finally {
    for (const putAway of leavings.toReversed()) await putAway();
  }
}

async function setUp(root: string, options: ChaosOptions, leavings: Leavings): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "naast-chaos-run-"));
  leavings.push(() => rmSync(folder, { recursive: true, force: true }));
  const copy = await copyProduct(root, options.graceMilliseconds, options.without);
  leavings.push(copy.remove);
  const meta = await startMetaStub({ redeliveries: 400 });
  leavings.push(meta.stop);
  const redis = await startRedis(root, folder, options.redis, leavings);
  const env = { ...stormEnvironment(redis, meta), TRUST_PROXY: "1" };
  const apps = await Promise.all(
    ["app-1", "app-2"].map((name) => startApp(name, { copy, folder, env, redis }, leavings)),
  );
  const dice = chance(options.seed);
  const proxy = await startProxy(root, apps, options.say, leavings);
  if (proxy !== undefined) meta.pointTo("/webhooks/whatsapp", proxy.ask);
  else
    meta.pointTo(() => `http://127.0.0.1:${apps[dice.below(apps.length)]?.machine.port}/webhooks/whatsapp`);
  const commitMark = readScripts(copy.scriptsDirectory)["commit-turn"].sha;
  const note = notebook(options.historyFile);
  return { options, copy, folder, meta, chance: dice, redis, apps, proxy, env, commitMark, note };
}

/** Puts the shipped proxy before the processes, wherever a machine has what that takes. */
async function startProxy(
  root: string,
  apps: readonly App[],
  say: ChaosOptions["say"],
  leavings: Leavings,
): Promise<RunningProxy | undefined> {
  const { missingForProxy, startProxy: start } = await loadShipped(root);
  const missing = missingForProxy();
  say?.(missing === undefined ? "behind the shipped proxy" : `SKIPPED  the shipped proxy: ${missing}`);
  if (missing !== undefined) return;
  const proxy = await start(apps.map(({ machine }) => machine.port));
  leavings.push(proxy.stop);
  return proxy;
}

/** Starts a process behind a gate of its own. A cluster tells its nodes' addresses itself, past every gate. */
async function startApp(
  name: string,
  { copy, folder, env, redis }: Pick<Stage, "copy" | "folder" | "env" | "redis">,
  leavings: Leavings,
): Promise<App> {
  const [only] = redis;
  const gate = redis.length === 1 && only !== undefined ? await openGate(only.port) : undefined;
  leavings.push(() => gate?.close());
  const line = gate === undefined ? {} : { REDIS_URL: `redis://127.0.0.1:${gate.port}` };
  const machine = await appMachine(name, copy.root, folder, { ...env, ...line }, copy.flags);
  leavings.push(machine.kill);
  await machine.start();
  return { machine, gate };
}

async function startRedis(
  root: string,
  folder: string,
  kind: ChaosOptions["redis"],
  leavings: Leavings,
): Promise<readonly Machine[]> {
  const clustered = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const names = kind === "single" ? ["redis"] : ["redis-1", "redis-2", "redis-3"];
  const nodes = await Promise.all(
    names.map((name) => redisMachine(name, root, folder, kind === "single" ? [] : clustered)),
  );
  for (const node of nodes) leavings.push(node.kill);
  await Promise.all(nodes.map((node) => node.start()));
  if (kind === "cluster") await joinCluster(nodes);
  return nodes;
}

const history = new WeakMap<Stage["note"], Happened[]>();

function notebook(file: string | undefined): Stage["note"] {
  const lines: Happened[] = [];
  if (file !== undefined) writeFileSync(file, "");
  const note = (happened: Happened): void => {
    lines.push(happened);
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ at: Date.now(), ...happened })}\n`);
  };
  history.set(note, lines);
  return note;
}

async function storm(stage: Stage): Promise<ChaosRun> {
  const { options, meta, note } = stage;
  const names = pseudonyms(readKeyring(stage.env["DATA_KEYS"] ?? ""));
  const personOf = ({ userId }: Parent) => names.person("whatsapp", `${meta.phoneNumberId}:${userId}`);
  const known = knownTexts(stage.copy.root);
  meta.failBy(() => faultBy(stage.chance));
  const keyOf = (parent: Parent, id: string): string => names.message(personOf(parent), id);
  meta.onReceived((message) => noteSeen(message, known, { note, keyOf }));

  const nemeses = new AbortController();
  const kills = unleash(stage, nemeses.signal);
  const parents = await letWrite({
    meta,
    chance: stage.chance,
    messages: options.messages,
    perSecond: options.perSecond,
    note,
    keyOf,
    enough: options.untilFault === true ? faultIn(note, nemeses.signal) : new AbortController().signal,
  });
  nemeses.abort();
  const counts = await kills;
  options.say?.("everything was written; the machines are left alone now");
  const settleMilliseconds = options.untilFault === true ? 0 : await settle(stage);
  await noteCallbacks(stage, parents, personOf);
  const lines = history.get(note) ?? [];
  return {
    verdict: checkHistory(lines),
    ...counts,
    cutAnswers: meta.received.filter(({ fault }) => fault?.kind === "cut").length,
    refusals: meta.received.filter(({ fault }) => fault?.kind === "refuse").length,
    throughProxy: stage.proxy?.logged().split("\n").length ?? 0,
    settleMilliseconds,
  };
}

/** Aborts when what was written down so far holds something that no later line can mend. */
function faultIn(note: Stage["note"], over: AbortSignal): AbortSignal {
  const found = new AbortController();
  const timer = setInterval(() => {
    const { duplicated, outOfOrder, unasked } = checkHistory(history.get(note) ?? []);
    if (duplicated.length + outOfOrder.length + unasked.length > 0) found.abort();
  }, 500);
  for (const signal of [found.signal, over]) signal.addEventListener("abort", () => clearInterval(timer));
  return found.signal;
}

/**
 * Waits until every accepted message has its reply, and then for as long as it takes a reply to come twice: a
 * grace after the last that came.
 */
async function settle({ note, options }: Stage): Promise<number> {
  const { graceMilliseconds = usualGraceMilliseconds } = options;
  const began = performance.now();
  const lines = history.get(note) ?? [];
  let [count, since] = [lines.length, began];
  while (performance.now() - began < longestSettleMilliseconds) {
    await pause(500);
    const now = performance.now();
    if (lines.length !== count) [count, since] = [lines.length, now];
    else if (
      now - since > Math.max(graceMilliseconds, listeningMilliseconds) + 2_000 &&
      checkHistory(lines).lost.length === 0
    )
      break;
  }
  return performance.now() - began;
}

/** What tells in a reply what it is. */
interface KnownTexts {
  /** Says that a nurse will call: the text of that screen up to its first blank. */
  readonly promise: string;
  /** The first line of each card. */
  readonly cards: readonly string[];
}

function knownTexts(root: string): KnownTexts {
  const read = (file: string): Readonly<Record<string, string>> =>
    JSON.parse(readFileSync(join(root, `locales/nl/${file}.json`), "utf8"));
  const cards = Object.values(read("cards")).map((text) => JSON.stringify(text.split("\n")[0]).slice(1, -1));
  return { promise: read("callback")["sent"]?.split(/[.{]/)[0] ?? "", cards };
}

/**
 * A parent sees what Meta took. Only the last part of a reply says whose answer it is; what was sent without the
 * store bears Meta's own name of the message.
 */
function noteSeen(
  { whom, opaque, wireId, payload }: Received,
  known: KnownTexts,
  { note, keyOf }: Pick<Stage, "note"> & { readonly keyOf: (parent: Parent, id: string) => string },
): void {
  if (wireId === undefined || opaque === undefined) return;
  const [key = "", , , turn] = opaque.split("~");
  const writer = /^wamid\.(?<userId>NL\.\d+)\.\d+$/.exec(key)?.groups?.["userId"];
  if (writer !== undefined) {
    note({ kind: "warned", parent: whom, key: keyOf({ userId: writer, phone: "" }, key) });
    return;
  }
  const text = JSON.stringify(payload);
  const says = /"(?:body|text)":"(.{0,80})/.exec(text)?.[1] ?? "";
  const promises = text.includes(known.promise);
  const card = known.cards.some((one) => text.includes(one));
  note({ kind: "seen", parent: whom, key, turn: Number(turn), promises, card, says });
}

/** Reads from Redis, as the console would, which callbacks there are. */
async function noteCallbacks(
  { copy, folder, env, note }: Stage,
  parents: readonly Parent[],
  personOf: (parent: Parent) => PersonId,
): Promise<void> {
  const log = createLog("silent");
  const dataDirectory = join(folder, "reader");
  const config = { url: env["REDIS_URL"], dataDirectory, scriptsDirectory: copy.scriptsDirectory };
  const keyring = readKeyring(env["DATA_KEYS"] ?? "");
  const storage = openStorage({ redis: await openRedis(config, log), dataDirectory, keyring, log });
  try {
    for (const parent of parents) {
      const found = await storage.callbacks.findOf(personOf(parent));
      const requests = found
        .flatMap(({ history }) => history)
        .filter(({ kind }) => kind === "opened" || kind === "merged");
      if (found.length > 0) note({ kind: "callback", parent: `+${parent.phone}`, requests: requests.length });
    }
  } finally {
    await storage.close();
  }
}
