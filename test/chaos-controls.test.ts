import { resolve } from "node:path";
import { isSpotless } from "../src/commands/chaos/check-history.ts";
import { runChaos } from "../src/commands/chaos/run-chaos.ts";

const root = resolve(__dirname, "..");

/**
 * Needs the product built, as `npm test` does first. Each storm ends with the first fault its checker finds; how
 * soon that is differs, so there are many more messages than it takes.
 */
test.each(["deduplication", "fencing", "reconciliation"] as const)(
  "without %s the storm that otherwise loses nothing goes red",
  async (without) => {
    const { verdict } = await runChaos(root, {
      messages: 12_000,
      seed: 7,
      perSecond: 40,
      redis: "single",
      // so long that nothing but what was taken away can double a reply within the storm
      graceMilliseconds: without === "reconciliation" ? 20_000 : 90_000,
      untilFault: true,
      without,
    });
    expect(isSpotless(verdict)).toBe(false);
    expect([...verdict.duplicated, ...verdict.outOfOrder]).not.toEqual([]);
  },
  480_000,
);
