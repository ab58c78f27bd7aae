import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { missingForProxy } from "../infra/as-shipped.mjs";
import { checkHistory, type Happened, isSpotless } from "../src/commands/chaos/check-history.ts";
import { copyProduct } from "../src/commands/chaos/product-copy.ts";
import { runChaos } from "../src/commands/chaos/run-chaos.ts";
import type { Claim } from "../src/conversation/turn-log.ts";
import { openRedis } from "../src/storage/open-redis.ts";
import { openStorage } from "../src/storage/open-storage.ts";
import { keptLog } from "./support/log.ts";
import { startTestRedis, until } from "./support/redis.ts";
import { aConversation, anInbound, aPerson, keyring } from "./support/samples.ts";

const root = resolve(__dirname, "..");

/** Needs the product built, as `npm test` does first. The long run and the controls are `npm run chaos`. */
test("a storm of kills, cut answers and doubled webhooks loses, doubles and reorders nothing", async () => {
  const run = await runChaos(root, {
    messages: 300,
    seed: 7,
    perSecond: 30,
    redis: "single",
    graceMilliseconds: 60_000,
    say: (line) => void process.stdout.write(`${line}\n`),
  });
  expect(run.verdict).toEqual({
    accepted: 300,
    promises: expect.any(Number),
    warned: expect.any(Number),
    lost: [],
    duplicated: [],
    outOfOrder: [],
    unasked: [],
    brokenPromises: [],
  });
  expect(run.verdict.promises).toBeGreaterThan(0);
  expect(run.appKills).toBeGreaterThan(0);
  // what cannot run is printed as skipped
  expect(run.throughProxy > 300).toBe(missingForProxy() === undefined);
}, 400_000);

test("without fencing a late commit takes the next message with it", async () => {
  const redis = await startTestRedis();
  const copy = await copyProduct(root, 1_000, "fencing");
  const dataDirectory = mkdtempSync(join(tmpdir(), "naast-control-"));
  const config = { url: redis.url, dataDirectory, scriptsDirectory: copy.scriptsDirectory };
  const log = keptLog();
  const storage = openStorage({ redis: await openRedis(config, log), dataDirectory, keyring, log });
  try {
    const { turnLog } = storage;
    const person = aPerson();
    await turnLog.accept([anInbound(person), anInbound(person)]);
    const claims: Claim[] = [];
    await until(async () => {
      const claim = await turnLog.claim();
      if (claim !== undefined) claims.push(claim);
      return claims.length === 2;
    });
    for (const claim of claims) {
      const commit = { conversation: aConversation(person), reply: undefined, intent: undefined };
      expect(await turnLog.commit(claim, commit)).toBe("committed");
    }
    expect(new Set(claims.map(({ inbound }) => inbound.id)).size).toBe(1);
    expect(await storage.turnLog.claim()).toBeUndefined();
  } finally {
    await storage.close();
    await redis.stop();
    copy.remove();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});

describe("the checker of histories", () => {
  const wrote = (number: number): Happened => ({ kind: "wrote", parent: "p", number, key: `k${number}` });
  const accepted = (number: number): Happened => ({ kind: "accepted", key: `k${number}` });
  const seen = (number: number, turn = number, promises = false): Happened => ({
    kind: "seen",
    parent: "p",
    key: `k${number}`,
    turn,
    promises,
    says: "",
  });
  const asked = [wrote(1), accepted(1), wrote(2), accepted(2)];
  const callback: Happened = { kind: "callback", parent: "p", requests: 1 };

  test("finds nothing where each was answered once and in order", () => {
    expect(isSpotless(checkHistory([...asked, seen(1), seen(2, 2, true), callback]))).toBe(true);
  });

  test("lets a card of a danger sign overtake what was said before it", () => {
    const card: Happened = { ...seen(2), card: true } as Happened;
    expect(isSpotless(checkHistory([...asked, card, seen(1)]))).toBe(true);
  });

  const warned = (number: number): Happened => ({ kind: "warned", parent: "p", key: `k${number}` });

  test("takes a word of danger without the store for no second answer", () => {
    const verdict = checkHistory([...asked, warned(1), seen(1), warned(2)]);
    expect(isSpotless(verdict)).toBe(true);
    expect(verdict.warned).toBe(2);
  });

  test("asks no answer to what no door took", () => {
    expect(isSpotless(checkHistory([...asked, seen(1), seen(2), wrote(3)]))).toBe(true);
  });

  test.each([
    ["lost", [...asked, seen(1)]],
    ["duplicated", [...asked, seen(1), seen(2), seen(2)]],
    ["outOfOrder", [...asked, seen(2), seen(1)]],
    ["outOfOrder", [...asked, seen(1, 2), seen(2, 2)]],
    ["unasked", [...asked, seen(1), seen(2), seen(3)]],
    ["unasked", [...asked, seen(1), seen(2), warned(3)]],
    ["brokenPromises", [...asked, seen(1), seen(2, 2, true)]],
    ["brokenPromises", [...asked, seen(1), seen(2), callback]],
    ["brokenPromises", [...asked, seen(1), seen(2, 2, true), { ...callback, requests: 2 }]],
  ] as const)("finds what was %s", (what, history) => {
    const verdict = checkHistory(history);
    expect(verdict[what]).not.toEqual([]);
    expect(isSpotless(verdict)).toBe(false);
  });

  test("takes a history in which nothing happened for no success", () => {
    expect(isSpotless(checkHistory([]))).toBe(false);
  });
});
