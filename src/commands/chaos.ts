/**
 * `npm run chaos [-- --messages N] [--seed S] [--rate R] [--redis cluster] [--grace SECONDS] [--history FILE]
 * [--without WHAT]`:
 * parents write to two processes while these, their Redis and Meta fail, and a checker counts what was lost,
 * doubled or out of order. Ends with 0 only when nothing was.
 *
 * `--without deduplication`, `fencing` or `reconciliation` takes one of them away, in a copy: then it must not,
 * and ends with the first thing that is wrong.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { projectRoot } from "../http/project-root.ts";
import { isSpotless } from "./chaos/check-history.ts";
import { type Control, controls } from "./chaos/product-copy.ts";
import { runChaos } from "./chaos/run-chaos.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "60" },
    redis: { type: "string", default: "single" },
    grace: { type: "string" },
    history: { type: "string" },
    without: { type: "string" },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const without = Object.keys(controls).find((one) => one === values.without) as Control | undefined;
if (values.without !== undefined && without === undefined) {
  process.stderr.write(`config.invalid: chaos can go without ${Object.keys(controls).join(", ")}\n`);
  process.exit(1);
}

say(`${values.messages} messages, seed ${values.seed}, ${values.rate} a second, Redis ${values.redis}`);
const run = await runChaos(projectRoot(), {
  messages: Number(values.messages),
  seed: Number(values.seed),
  perSecond: Number(values.rate),
  redis: values.redis === "cluster" ? "cluster" : "single",
  graceMilliseconds: values.grace === undefined ? undefined : Number(values.grace) * 1000,
  historyFile: values.history,
  without,
  untilFault: without !== undefined,
  say,
});
const { verdict, ...storm } = run;
for (const [what, count] of Object.entries(storm)) say(`  ${what.padEnd(20)} ${Math.round(count)}`);
for (const [what, found] of Object.entries(verdict))
  say(`  ${what.padEnd(20)} ${typeof found === "number" ? found : found.length}`);
process.exit(isSpotless(verdict) ? 0 : 1);
