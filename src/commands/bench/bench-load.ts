import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createLog } from "../../operations/log.ts";
import { openRedis } from "../../storage/open-redis.ts";
import { appMachine, type Machine, redisMachine } from "../chaos/machines.ts";
import { stormEnvironment } from "../chaos/storm-environment.ts";
import { type MetaStub, startMetaStub } from "../demo-whatsapp/meta-stub.ts";
import { startChild } from "./child.ts";
import { type Figure, milliseconds, percentile } from "./figures.ts";
import { describeLoad, fire, type Load, type LoadResult } from "./webhook-load.ts";

const steadyPerSecond = 50;
const steadyMilliseconds = 8_000;
/** Whole turns, from the webhook to the reply. */
const wholeTurns = [50, 250, 500] as const;
const saturating = [250, 500, 1_000] as const;
const saturatingMilliseconds = 2_000;
const floodPerSecond = 7_000;

/** What all runs share. */
interface Bench {
  readonly root: string;
  readonly redis: Machine;
  readonly app: Machine;
  readonly meta: MetaStub;
}

/**
 * Signed webhooks at a fixed rate, from the webhook to the reply; beside it a bare server with the same
 * signature and script, and the same script called bare. Generator, stand-in for Meta, product and Redis
 * share this machine.
 */
export async function benchLoad(root: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "naast-load-"));
  const redis = await redisMachine("redis", root, folder);
  const meta = await startMetaStub();
  await redis.start();
  const app = await appMachine("app", root, folder, stormEnvironment([redis], meta));
  const bench = { root, redis, app, meta };
  try {
    await app.start();
    return [...(await limits(bench, folder)), ...(await product(bench))];
  } finally {
    await app.kill();
    await redis.kill();
    await meta.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function product(bench: Bench): Promise<readonly Figure[]> {
  await fireAt(bench, 50, 2_000);
  const whole: Figure[] = [];
  for (const perSecond of wholeTurns) {
    whole.push(...(await steadyRun(bench, perSecond)));
    await allAnswered(bench);
  }
  const steps: Figure[] = [];
  for (const perSecond of saturating) {
    steps.push([
      `accept, ${perSecond} a second asked`,
      describeLoad(await fireAt(bench, perSecond, saturatingMilliseconds)),
    ]);
    await allAnswered(bench);
  }
  return [...whole, ...steps, ...(await besideFlood(bench))];
}

/** Parents who write while somebody else fires forgeries, from a process of its own. */
async function besideFlood(bench: Bench): Promise<readonly Figure[]> {
  const forged = { ...loadOn(bench, floodPerSecond, steadyMilliseconds), forged: true };
  const flooding = startChild(join(bench.root, "dist/flood.js"), [JSON.stringify(forged)]);
  const flooded = jsonOf<{ byStatus: [number, number][]; perSecond: number }>(flooding);
  await pause(1_000);
  const beside = await fireAt(bench, steadyPerSecond, steadyMilliseconds - 3_000);
  const { byStatus, perSecond } = await flooded;
  const statuses = byStatus.map(([status, count]) => `${count} × ${status || "no answer"}`).join(", ");
  return [
    [
      `forged flood, ${floodPerSecond} a second asked`,
      `${statuses}; ${Math.round(perSecond)} a second answered`,
    ],
    [`  ${steadyPerSecond} legitimate a second beside it`, describeLoad(beside)],
  ];
}

let runs = 0;

function loadOn({ app, meta }: Bench, perSecond: number, lasting: number): Load {
  runs += 1;
  return {
    url: `http://127.0.0.1:${app.port}/webhooks/whatsapp`,
    secret: meta.appSecret,
    phoneNumberId: meta.phoneNumberId,
    perSecond,
    milliseconds: lasting,
    persons: 500,
    run: `${runs}`,
  };
}

function fireAt(bench: Bench, perSecond: number, lasting: number): Promise<LoadResult> {
  return fire(loadOn(bench, perSecond, lasting));
}

/** A whole turn: from when the webhook was due until Meta has the reply. */
async function steadyRun(bench: Bench, perSecond: number): Promise<readonly Figure[]> {
  const { meta } = bench;
  const sentAt: number[][] = [];
  const turns: number[] = [];
  const first = meta.received.length;
  const stop = meta.onReceived(({ whom }) => {
    const due = sentAt[Number(whom.slice(4)) - 20_000_000]?.shift();
    if (due !== undefined) turns.push(performance.now() - due);
  });
  const result = await fire({
    ...loadOn(bench, perSecond, steadyMilliseconds),
    onSent(person, at) {
      sentAt[person] ??= [];
      sentAt[person].push(at);
    },
  });
  await until(() => meta.received.length - first >= result.asked);
  stop();
  const sorted = turns.toSorted((one, other) => one - other);
  const at = (share: number): string => milliseconds(percentile(sorted, share));
  return [
    [`whole turns, ${perSecond} a second asked: webhook to 200`, describeLoad(result)],
    ["  webhook to reply", `${turns.length} replies; p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`],
  ];
}

/** Lets the replies of one step leave before the next begins. */
async function allAnswered({ meta }: Bench): Promise<void> {
  for (let count = -1; count !== meta.received.length; ) {
    count = meta.received.length;
    await pause(700);
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue() && waited < 20_000; waited += 50) await pause(50);
}

/** The same Redis and script with nothing around them, and with a bare server around them. */
async function limits({ root, redis, meta }: Bench, folder: string): Promise<readonly Figure[]> {
  const url = `redis://127.0.0.1:${redis.port}`;
  const scriptsDirectory = join(root, "src/storage/scripts");
  const opened = await openRedis({ url, dataDirectory: folder, scriptsDirectory }, createLog("silent"));
  const [calls, inFlight] = [5_000, 64];
  const began = performance.now();
  let at = 0;
  const caller = async (): Promise<void> => {
    for (let mine = at++; mine < calls; mine = at++) {
      const tag = `{p${String(mine % 64).padStart(2, "0")}}`;
      const person = `bare-${mine % 500}`;
      const keys = ["inbox", "ready", "name"].map((kind) => `${tag}:${kind}:${person}`);
      const values = [person, 60_000, 60_000, "", "x".repeat(600)];
      await opened.link.run("accept", [...keys, `${tag}:seen:bare-${mine}`], values);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  const bare = calls / ((performance.now() - began) / 1000);
  await opened.close();

  const server = spawn(
    process.execPath,
    [join(root, "test/bench/bare-accept.mjs"), url, meta.appSecret, join(scriptsDirectory, "accept.lua")],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const figures: Figure[] = [
      [`limit: the accept script called bare, ${inFlight} in flight`, `${Math.round(bare)} a second`],
    ];
    const door = `http://127.0.0.1:${await portOf(server)}/`;
    for (const perSecond of [steadyPerSecond, ...saturating]) {
      const { appSecret: secret, phoneNumberId } = meta;
      const load = { url: door, secret, phoneNumberId, persons: 500, run: `bare${perSecond}` };
      const result = await fire({ ...load, perSecond, milliseconds: saturatingMilliseconds });
      figures.push([`limit: bare node:http server, ${perSecond} a second asked`, describeLoad(result)]);
    }
    return figures;
  } finally {
    server.kill("SIGKILL");
  }
}

async function jsonOf<Found>({ stdout }: ChildProcess): Promise<Found> {
  let text = "";
  for await (const bytes of stdout ?? []) text += String(bytes);
  return JSON.parse(text) as Found;
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  for await (const bytes of stdout ?? []) return Number(String(bytes));
  throw new Error("the bare server does not start");
}
