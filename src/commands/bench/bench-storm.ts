import { runStorm, type StormRun } from "../storm/run-storm.ts";
import type { Figure } from "./figures.ts";

const escalations = 10_000;

/** Ten thousand requests through the whole product while it and its Redis are killed: minutes, so only when named. */
export async function benchStorm(root: string, amount = escalations): Promise<readonly Figure[]> {
  const run = await runStorm(root, {
    escalations: amount,
    seed: 1,
    nurses: 16,
    appKillMilliseconds: 10_000,
    redisKillMilliseconds: 45_000,
    say: (line) => void process.stdout.write(`  ${line}\n`),
  });
  return figuresOf(run);
}

function figuresOf({ verdict, ...run }: StormRun): readonly Figure[] {
  return [
    ...Object.entries(run).map(([what, count]): Figure => [what, Math.round(count).toLocaleString("en")]),
    ...Object.entries(verdict).map(
      ([what, found]): Figure => [what, `${found.length} ${found.slice(0, 3).join(" ")}`.trim()],
    ),
  ];
}
