import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisMachine } from "../chaos/machines.ts";
import { firstNumber, startChild } from "./child.ts";
import type { Figure } from "./figures.ts";
import { describeSaturated, type Saturated, saturate } from "./saturate.ts";

const webhooks = 12_000;
const warmUp = 3_000;
const rounds = 3;
const secret = "app-secret";
const phoneNumberId = "106540352242922";

/**
 * How many webhooks a second one core takes in, durably, beside a bare `node:http` server that verifies the
 * signature and calls the same script. In turns, so that what else the machine does falls on both; the middle one
 * of three counts.
 */
export async function benchAccept(root: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "naast-accept-"));
  const redis = await redisMachine("redis", root, folder);
  await redis.start();
  const url = `redis://127.0.0.1:${redis.port}`;
  const accept = join(root, "src/storage/scripts/accept.lua");
  const bare = startChild(join(root, "test/bench/bare-accept.mjs"), [url, secret, accept], true);
  const ours = startChild(join(root, "dist/accept-door.js"), [url, secret, phoneNumberId, folder], true);
  try {
    const ports = { bare: await firstNumber(bare), ours: await firstNumber(ours) };
    const found = { bare: [] as Saturated[], ours: [] as Saturated[] };
    for (const which of ["bare", "ours"] as const) await ask(ports[which], warmUp, `warm-${which}`);
    for (let round = 0; round < rounds; round += 1)
      for (const which of ["bare", "ours"] as const)
        found[which].push(await ask(ports[which], webhooks, `${which}${round}`));
    const [limit, reached] = [middle(found.bare), middle(found.ours)];
    return [
      ["limit: bare node:http, signature and script, 64 connections", describeSaturated(limit)],
      ["Naast takes in, the same", describeSaturated(reached)],
      ["  of the bare server", `${Math.round((reached.perSecond / limit.perSecond) * 100)}%`],
    ];
  } finally {
    for (const child of [bare, ours]) child.kill("SIGKILL");
    await redis.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function ask(port: number, count: number, run: string): Promise<Saturated> {
  return saturate(port, count, { secret, phoneNumberId, persons: 500, run });
}

function middle(runs: readonly Saturated[]): Saturated {
  const sorted = runs.toSorted((one, other) => one.perSecond - other.perSecond);
  return sorted[Math.floor(sorted.length / 2)] ?? { perSecond: 0, took: [], refused: 0 };
}
