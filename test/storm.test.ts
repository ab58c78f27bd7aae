import { resolve } from "node:path";
import { runStorm } from "../src/commands/storm/run-storm.ts";

const root = resolve(__dirname, "..");

/** Needs the product built, as `npm test` does first. The long run is `npm run bench -- storm`. */
test("requests under a storm of kills are none lost, each closed once, each told, and every look on record", async () => {
  const run = await runStorm(root, {
    escalations: 60,
    seed: 7,
    nurses: 4,
    appKillMilliseconds: 900,
    redisKillMilliseconds: 5_000,
  });
  expect(run.verdict).toEqual({
    lost: [],
    openedTwice: [],
    notClosed: [],
    closedTwice: [],
    unaudited: [],
    brokenChains: [],
    untold: [],
  });
  expect(run).toMatchObject({ asked: 60, closed: 60 });
  expect(run.appKills).toBeGreaterThan(0);
  expect(run.auditRecords).toBeGreaterThan(3 * 60);
}, 300_000);
