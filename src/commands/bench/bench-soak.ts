import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appMachine, redisMachine } from "../chaos/machines.ts";
import { stormEnvironment } from "../chaos/storm-environment.ts";
import { startMetaStub } from "../demo-whatsapp/meta-stub.ts";
import type { Figure } from "./figures.ts";
import { fire } from "./webhook-load.ts";

const perSecond = 100;
const warmUpSeconds = 15;
const usualSeconds = 90;
const sampleMilliseconds = 1_000;
/** With more room than it needs Node collects so seldom that a line through a minute shows nothing but that. */
const heapMegabytes = 140;

/**
 * Whether memory grows while the product works: a steady load of whole turns, and the straight line through what the
 * process held each second after it warmed up. `npm run bench -- soak SECONDS` goes on for longer.
 */
export async function benchSoak(root: string, seconds = usualSeconds): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "naast-soak-"));
  const redis = await redisMachine("redis", root, folder);
  const meta = await startMetaStub();
  await redis.start();
  const env = {
    ...stormEnvironment([redis], meta),
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}`,
  };
  const app = await appMachine("app", root, folder, env);
  try {
    await app.start();
    const door = `http://127.0.0.1:${app.port}`;
    meta.pointTo(() => `${door}/webhooks/whatsapp`);
    const { appSecret: secret, phoneNumberId } = meta;
    const load = { url: `${door}/webhooks/whatsapp`, secret, phoneNumberId, perSecond, persons: 500 };
    await fire({ ...load, milliseconds: warmUpSeconds * 1_000, run: "warm" });
    const samples: (readonly [second: number, megabytes: number])[] = [];
    const began = performance.now();
    const timer = setInterval(() => {
      void heapOf(door).then((megabytes) => samples.push([(performance.now() - began) / 1_000, megabytes]));
    }, sampleMilliseconds);
    const { asked, byStatus } = await fire({ ...load, milliseconds: seconds * 1_000, run: "soak" });
    clearInterval(timer);
    const slope = slopeOf(samples) * 60;
    const held = samples.map(([, megabytes]) => megabytes).toSorted((one, other) => one - other);
    return [
      [`soak, ${perSecond} a second for ${seconds} s`, `${byStatus.get(200) ?? 0} of ${asked} answered 200`],
      [
        `  heap in use, of ${heapMegabytes} MB at most`,
        `${Math.round(held[0] ?? 0)} to ${Math.round(held.at(-1) ?? 0)} MB`,
      ],
      ["  slope of the straight line through it", `${slope.toFixed(2)} MB a minute`],
    ];
  } finally {
    await app.kill();
    await redis.kill();
    await meta.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function heapOf(door: string): Promise<number> {
  const metrics = await (await fetch(`${door}/metrics`)).text();
  return Number(/^naast_nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1]) / 2 ** 20;
}

/** The least squares slope. */
function slopeOf(samples: readonly (readonly [number, number])[]): number {
  const mean = (of: (one: readonly [number, number]) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [x, y] = [mean(([second]) => second), mean(([, megabytes]) => megabytes)];
  const over = samples.reduce((sum, [second, megabytes]) => sum + (second - x) * (megabytes - y), 0);
  const under = samples.reduce((sum, [second]) => sum + (second - x) ** 2, 0);
  return over / under;
}
