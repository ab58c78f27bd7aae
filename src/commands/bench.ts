/**
 * `npm run bench [-- AREA [AMOUNT]]`: figures on this machine, each beside a limit or a peer of the same run.
 *
 * @module
 */
import { KnownError } from "../errors.ts";
import { projectRoot } from "../http/project-root.ts";
import { benchAccept } from "./bench/bench-accept.ts";
import { benchDurable } from "./bench/bench-durable.ts";
import { benchLoad } from "./bench/bench-load.ts";
import { benchMemory } from "./bench/bench-memory.ts";
import { benchPage } from "./bench/bench-page.ts";
import { benchQueue } from "./bench/bench-queue.ts";
import { benchRecovery } from "./bench/bench-recovery.ts";
import { benchRedis } from "./bench/bench-redis.ts";
import { benchSoak } from "./bench/bench-soak.ts";
import { benchStart } from "./bench/bench-start.ts";
import { benchStorm } from "./bench/bench-storm.ts";

const areas = {
  turn: benchMemory,
  redis: benchRedis,
  queue: benchQueue,
  accept: benchAccept,
  durable: benchDurable,
  load: async (root: string) => [
    ...(await benchAccept(root)),
    ...(await benchDurable(root)),
    ...(await benchLoad(root)),
    ...(await benchRecovery(root)),
    ...(await benchSoak(root)),
    ...(await benchStart(root)),
  ],
  recovery: benchRecovery,
  soak: benchSoak,
  start: benchStart,
  page: benchPage,
  storm: benchStorm,
} as const;
/** What takes minutes runs only when it is asked for. */
const onlyNamed = ["storm", "accept", "durable", "recovery", "soak"];

const wanted = process.argv[2];
/** How much, for an area that asks. */
const amount = Number(process.argv[3]) || undefined;
const chosen = Object.entries(areas).filter(([name]) =>
  wanted === undefined ? !onlyNamed.includes(name) : name === wanted,
);
if (chosen.length === 0) {
  process.stderr.write(`config.invalid: bench knows ${Object.keys(areas).join(", ")}, not "${wanted}"\n`);
  process.exitCode = 1;
}

for (const [name, bench] of chosen) {
  process.stdout.write(`\n${name}\n`);
  try {
    for (const [what, figure] of await bench(projectRoot(), amount))
      process.stdout.write(`  ${what.padEnd(58)} ${figure}\n`);
  } catch (error) {
    const code = error instanceof KnownError ? error.code : String(error);
    process.stdout.write(`  could not be measured: ${code}\n`);
    process.exitCode = 1;
  }
}
