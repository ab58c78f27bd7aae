import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { appMachine, redisMachine } from "../chaos/machines.ts";
import { findChromium, startChromium } from "./chromium.ts";
import { type Figure, milliseconds, percentile, timed } from "./figures.ts";
import { askLighthouse } from "./lighthouse.ts";
import { type Bundle, fetchLighthouse, fetchWebChat } from "./page-peers.ts";
import { tapThrough, visit, visitWebChat } from "./page-waits.ts";

/**
 * What a parent waits for, in real Chromium before the real product: on a poor line, and beside the machine.
 * The bundles of the official Web Chat are measured on the same line with the same bot.
 */
export async function benchPage(root: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "naast-page-"));
  const peers = join(root, "test/bench");
  const lighthouse = await fetchLighthouse(peers);
  const bundles = await fetchWebChat(peers);
  const redis = await redisMachine("redis", root, folder);
  await redis.start();
  const app = await appMachine("app", root, folder, { REDIS_URL: `redis://127.0.0.1:${redis.port}` });
  await app.start();
  const browser = await startChromium();
  const url = `http://127.0.0.1:${app.port}/`;
  try {
    const waits = [...(await firstVisit(browser, url)), ...(await webChat(browser, url, bundles))];
    const taps = await tapToAnswer(browser, url, folder);
    await browser.close();
    return [...waits, ...taps, ...(await judged(lighthouse, url))];
  } finally {
    await browser.close();
    await app.kill();
    await redis.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const poor = "4x CPU, 400 kbit/s, 400 ms";

async function firstVisit(browser: Browser, url: string): Promise<readonly Figure[]> {
  const { bytes, otherHosts, readyMilliseconds, choicesMilliseconds } = await visit(browser, url);
  return [
    ["before the first tap, headers included, Brotli", `${bytes.toLocaleString("en")} bytes (reach 20,480)`],
    ["other hosts asked", `${otherHosts} (reach 0)`],
    [`ready to tap: ${poor}`, `${seconds(readyMilliseconds)} (reach 2.5 s)`],
    ["  from there to the first choices, together", seconds(choicesMilliseconds)],
  ];
}

async function webChat(
  browser: Browser,
  url: string,
  bundles: readonly Bundle[],
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const bundle of bundles) {
    const size = `${bundle.compressed.length.toLocaleString("en")} bytes`;
    const took = await visitWebChat(browser, url, bundle).then(seconds, () => "never within 90 s");
    figures.push([`peer: official ${bundle.name}, Brotli`, `${size}; first choices after ${took}`]);
  }
  return figures;
}

async function tapToAnswer(browser: Browser, url: string, folder: string): Promise<readonly Figure[]> {
  const { answered, bare } = await tapThrough(browser, url);
  const say = (sorted: readonly number[]) =>
    `p50 ${milliseconds(percentile(sorted, 0.5))}, p95 ${milliseconds(percentile(sorted, 0.95))}`;
  return [
    [`tap to painted answer, loopback, ${answered.length} taps`, `${say(answered)} (reach p95 60 ms)`],
    ["  limit: a request that does nothing, to the next frame", say(bare)],
    [`  limit: ${writesOfTurn} writes to this disk, one after another`, say(await writeTurns(folder))],
  ];
}

async function judged(lighthouse: string, url: string): Promise<readonly Figure[]> {
  const { version, scores, faults } = await askLighthouse(lighthouse, findChromium(), url);
  const said = scores.map(([category, score]) => `${category} ${score}`).join(", ");
  return [[`Lighthouse ${version}`, faults.length === 0 ? said : `${said}; ${faults.join(", ")}`]];
}

/** What is on disk before the next thing happens: echo, message, claim, turn, claim of the reply, reply. */
const writesOfTurn = 6;

async function writeTurns(folder: string): Promise<readonly number[]> {
  const file = openSync(join(folder, "turns"), "w");
  const took = await timed(100, () => {
    for (let at = 0; at < writesOfTurn; at += 1) {
      writeSync(file, Buffer.alloc(1_000, at));
      fdatasyncSync(file);
    }
  });
  closeSync(file);
  return took;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(2)} s`;
}
