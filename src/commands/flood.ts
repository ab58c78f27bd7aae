/**
 * Webhooks at a fixed rate from a process of their own, for `npm run bench -- load`: `node dist/flood.js LOAD`, where
 * LOAD is the JSON of what is fired. Prints what was answered as JSON.
 *
 * @module
 */
import { percentile } from "./bench/figures.ts";
import { fire, type Load } from "./bench/webhook-load.ts";

const { asked, byStatus, took, perSecond } = await fire(JSON.parse(process.argv[2] ?? "{}") as Load);
process.stdout.write(
  `${JSON.stringify({ asked, byStatus: [...byStatus], perSecond, p99: percentile(took, 0.99) })}\n`,
);
