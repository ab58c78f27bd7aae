import { randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createLog } from "../../operations/log.ts";
import { readKeyring } from "../../privacy/keyring.ts";
import { pseudonyms } from "../../privacy/pseudonym.ts";
import { openRedis } from "../../storage/open-redis.ts";
import { openStorage } from "../../storage/open-storage.ts";
import type { PersonId } from "../../terms.ts";
import { type MetaStub, type Received, startMetaStub } from "../demo-whatsapp/meta-stub.ts";
import { type Chance, chance } from "./chance.ts";
import { checkHistory, type Happened, type Verdict } from "./check-history.ts";
import { appMachine, joinCluster, type Machine, redisMachine } from "./machines.ts";
import { faultBy, unleash } from "./nemeses.ts";
import { letWrite, type Parent } from "./parents.ts";
import { type Control, copyProduct, type ProductCopy } from "./product-copy.ts";

export interface ChaosOptions {
  readonly messages: number;
  readonly seed: number;
  readonly perSecond: number;
  readonly redis: "single" | "cluster";
  /** Takes one thing away that keeps promises, to see that the checker notices. */
  readonly without?: Control | undefined;
  /** Where the history goes, as JSON lines. */
  readonly historyFile?: string | undefined;
  readonly say?: (line: string) => void;
}

export interface ChaosRun {
  readonly verdict: Verdict;
  readonly appKills: number;
  readonly redisKills: number;
  readonly freezes: number;
  /** Times a reply was sent without its sender hearing what became of it. */
  readonly cutAnswers: number;
  readonly refusals: number;
  /** From the end of writing until the last reply. */
  readonly settleMilliseconds: number;
}

/**
 * How long a status may take to tell that a reply arrived whose sending was never answered; the product waits
 * for 90 seconds. A cluster takes longer to be whole again, and statuses that much longer to be taken.
 */
const graceMilliseconds = { single: 8_000, cluster: 20_000 } as const;
const longestSettleMilliseconds = 120_000;

/** Everything one run has in hand. */
interface Stage {
  readonly options: ChaosOptions;
  readonly copy: ProductCopy;
  readonly folder: string;
  readonly meta: MetaStub;
  readonly chance: Chance;
  readonly redis: readonly Machine[];
  readonly apps: readonly Machine[];
  readonly env: Readonly<Record<string, string>>;
  readonly note: (happened: Happened) => void;
}

/** Lets parents write to two processes while these, their Redis and Meta fail, and judges what came of it. */
export async function runChaos(root: string, options: ChaosOptions): Promise<ChaosRun> {
  const folder = mkdtempSync(join(tmpdir(), "naast-chaos-run-"));
  const copy = copyProduct(root, graceMilliseconds[options.redis], options.without);
  const meta = await startMetaStub({ redeliveries: 400 });
  const machines: Machine[] = [];
  try {
    const stage = await setUp(root, options, { folder, copy, meta, machines });
    return await storm(stage);
  } finally {
    await Promise.all(machines.map((machine) => machine.kill()));
    await meta.stop();
    copy.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function setUp(
  root: string,
  options: ChaosOptions,
  {
    folder,
    copy,
    meta,
    machines,
  }: Pick<Stage, "folder" | "copy" | "meta"> & { readonly machines: Machine[] },
): Promise<Stage> {
  const redis = await startRedis(root, folder, options.redis, machines);
  const env = {
    REDIS_URL: redis.map(({ port }) => `redis://127.0.0.1:${port}`).join(","),
    DATA_KEYS: ["main", "person"].map((id) => `${id}:${randomBytes(32).toString("base64")}`).join(","),
    WHATSAPP_VERIFY_TOKEN: "agreed-with-meta",
    WHATSAPP_APP_SECRET: meta.appSecret,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumberId,
    WHATSAPP_GRAPH_URL: meta.graphUrl,
  };
  const apps = await Promise.all(["app-1", "app-2"].map((name) => appMachine(name, copy.root, folder, env)));
  machines.push(...apps);
  await Promise.all(apps.map((app) => app.start()));
  const dice = chance(options.seed);
  meta.pointTo(() => `http://127.0.0.1:${apps[dice.below(apps.length)]?.port}/webhooks/whatsapp`);
  return { options, copy, folder, meta, chance: dice, redis, apps, env, note: notebook(options.historyFile) };
}

async function startRedis(
  root: string,
  folder: string,
  kind: ChaosOptions["redis"],
  machines: Machine[],
): Promise<readonly Machine[]> {
  const clustered = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const names = kind === "single" ? ["redis"] : ["redis-1", "redis-2", "redis-3"];
  const nodes = await Promise.all(
    names.map((name) => redisMachine(name, root, folder, kind === "single" ? [] : clustered)),
  );
  machines.push(...nodes);
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
  const promise = promiseText(stage.copy.root);
  meta.failBy(() => faultBy(stage.chance));
  meta.onReceived((message) => noteSeen(message, promise, note));

  const nemeses = new AbortController();
  const kills = unleash(stage, nemeses.signal);
  const parents = await letWrite({
    meta,
    chance: stage.chance,
    messages: options.messages,
    perSecond: options.perSecond,
    note,
    keyOf: (parent, id) => names.message(personOf(parent), id),
  });
  nemeses.abort();
  const counts = await kills;
  options.say?.("everything was written; the machines are left alone now");
  const settleMilliseconds = await settle(stage);
  await noteCallbacks(stage, parents, personOf);
  const lines = history.get(note) ?? [];
  return {
    verdict: checkHistory(lines),
    ...counts,
    cutAnswers: meta.received.filter(({ fault }) => fault?.kind === "cut").length,
    refusals: meta.received.filter(({ fault }) => fault?.kind === "refuse").length,
    settleMilliseconds,
  };
}

/** Waits until every accepted message has its reply, and then a little longer for those that come twice. */
async function settle({ note, options }: Stage): Promise<number> {
  const began = performance.now();
  const lines = history.get(note) ?? [];
  let count = -1;
  while (performance.now() - began < longestSettleMilliseconds) {
    const { lost } = checkHistory(lines);
    if (lost.length === 0 && count === lines.length) break;
    count = lines.length;
    await pause(graceMilliseconds[options.redis] + 1_000);
  }
  return performance.now() - began;
}

/** What says in a reply that a nurse will call: the text of that screen up to its first blank. */
function promiseText(root: string): string {
  const texts = JSON.parse(readFileSync(join(root, "locales/nl/callback.json"), "utf8"));
  return String(texts.sent).split(/[.{]/)[0] ?? "";
}

/** A parent sees what Meta took. Only the last part of a reply says whose answer it is. */
function noteSeen({ whom, opaque, wireId, payload }: Received, promise: string, note: Stage["note"]): void {
  if (wireId === undefined || opaque === undefined) return;
  const [key = "", , , turn] = opaque.split("~");
  const text = JSON.stringify(payload);
  const says = /"(?:body|text)":"(.{0,80})/.exec(text)?.[1] ?? "";
  note({ kind: "seen", parent: whom, key, turn: Number(turn), promises: text.includes(promise), says });
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
