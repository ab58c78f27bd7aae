import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { answersOn } from "../../storage/loopback-port.ts";
import { appMachine, type Machine, redisMachine } from "../chaos/machines.ts";
import { stormEnvironment } from "../chaos/storm-environment.ts";
import { type MetaStub, startMetaStub, typed } from "../demo-whatsapp/meta-stub.ts";
import { type Figure, milliseconds, percentile } from "./figures.ts";

const rounds = 7;
const parent = { userId: "NL.first" };
const patienceMilliseconds = 20_000;
/** Longer than the lease of a turn. What is not answered by then was being sent, and waits for a status of Meta's. */
const undecidedMilliseconds = 8_000;

/** What a reply leaves to be written down is written by then. */
const settledMilliseconds = 300;

interface Bench {
  readonly redis: Machine;
  readonly apps: readonly [Machine, Machine];
  readonly meta: MetaStub;
}

/**
 * How long parents wait when something dies: Redis, or one of two processes, with nothing in hand and with a
 * message just taken in. Each is done seven times.
 */
export async function benchRecovery(root: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "naast-recovery-"));
  const redis = await redisMachine("redis", root, folder);
  const meta = await startMetaStub({ redeliveries: 0 });
  await redis.start();
  const env = stormEnvironment([redis], meta);
  const [first, second] = await Promise.all(
    ["app-1", "app-2"].map((name) => appMachine(name, root, folder, env)),
  );
  if (first === undefined || second === undefined) throw new Error("no two processes");
  const bench: Bench = { redis, apps: [first, second], meta };
  try {
    await Promise.all(bench.apps.map((app) => app.start()));
    return [
      ["Redis answers again → first webhook answered 200", await seven(() => afterRedis(bench))],
      [
        "process killed, nothing in hand → next reply",
        await seven((round) => afterKill(bench, `idle-${round}`, false)),
      ],
      [
        "process killed with a message just taken in → its reply",
        await seven((round) => afterKill(bench, `busy-${round}`, true)),
      ],
    ];
  } finally {
    for (const app of bench.apps) await app.kill();
    await redis.kill();
    await meta.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function seven(once: (round: number) => Promise<number | undefined>): Promise<string> {
  const all: (number | undefined)[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await once(round));
  const took = all.filter((one) => one !== undefined).toSorted((one, other) => one - other);
  const unsure = all.length - took.length;
  const apart = unsure === 0 ? "" : `; ${unsure} of ${rounds} were being sent and wait for Meta's word`;
  return `p50 ${milliseconds(percentile(took, 0.5))}, longest ${milliseconds(took.at(-1) ?? 0)}${apart}`;
}

/** One write after another, each as soon as the one before was answered. */
async function afterRedis({ redis, apps: [app], meta }: Bench): Promise<number> {
  await takenBy(app, meta);
  await redis.kill();
  const starting = redis.start();
  await until(() => answersOn(redis.port), 1);
  const began = performance.now();
  await takenBy(app, meta);
  const took = performance.now() - began;
  await starting;
  return took;
}

/** Each round is another parent: nobody waits for what the round before left undecided. */
async function afterKill(
  { apps: [dies, lives], meta }: Bench,
  round: string,
  justTakenIn: boolean,
): Promise<number | undefined> {
  const writer = { ...parent, userId: `NL.${round}` };
  const replies = (): number => meta.received.filter(({ whom }) => whom === writer.userId).length;
  await takenBy(dies, meta, writer);
  await until(() => replies() > 0, 2);
  await pause(settledMilliseconds);
  if (justTakenIn) await takenBy(dies, meta, writer);
  const before = replies();
  const began = performance.now();
  await dies.kill();
  if (!justTakenIn) await takenBy(lives, meta, writer);
  const isOver = (): boolean => performance.now() - began > undecidedMilliseconds;
  await until(() => replies() > before || isOver(), 2);
  const took = performance.now() - began;
  await dies.start();
  return took > undecidedMilliseconds ? undefined : took;
}

/** Writes until a door says 200. */
async function takenBy({ port }: Machine, meta: MetaStub, writer = parent): Promise<void> {
  meta.pointTo(() => `http://127.0.0.1:${port}/webhooks/whatsapp`);
  await until(async () => (await meta.write(writer, typed("hoi"))) === 200, 2);
}

async function until(isTrue: () => boolean | Promise<boolean>, everyMilliseconds: number): Promise<void> {
  const began = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - began > patienceMilliseconds) throw new Error("it does not come back");
    await pause(everyMilliseconds);
  }
}
