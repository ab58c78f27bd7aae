import { resolve } from "node:path";
import { checkHistory, type Happened, isSpotless } from "../src/commands/chaos/check-history.ts";
import { runChaos } from "../src/commands/chaos/run-chaos.ts";

const root = resolve(__dirname, "..");

/** Needs the product built, as `npm test` does first. The long run and the controls are `npm run chaos`. */
test("a storm of kills, cut answers and doubled webhooks loses, doubles and reorders nothing", async () => {
  const run = await runChaos(root, { messages: 300, seed: 7, perSecond: 30, redis: "single" });
  expect(run.verdict).toEqual({
    accepted: 300,
    promises: expect.any(Number),
    lost: [],
    duplicated: [],
    outOfOrder: [],
    unasked: [],
    brokenPromises: [],
  });
  expect(run.verdict.promises).toBeGreaterThan(0);
  expect(run.appKills).toBeGreaterThan(0);
}, 240_000);

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

  test("asks no answer to what no door took", () => {
    expect(isSpotless(checkHistory([...asked, seen(1), seen(2), wrote(3)]))).toBe(true);
  });

  test.each([
    ["lost", [...asked, seen(1)]],
    ["duplicated", [...asked, seen(1), seen(2), seen(2)]],
    ["outOfOrder", [...asked, seen(2), seen(1)]],
    ["outOfOrder", [...asked, seen(1, 2), seen(2, 2)]],
    ["unasked", [...asked, seen(1), seen(2), seen(3)]],
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
