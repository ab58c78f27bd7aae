import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { loadUnderstanding, readSources } from "../../src/http/load-understanding.ts";
import type { Understand } from "../../src/understanding/understanding.ts";

export const root = join(__dirname, "../..");

/** The rules and concepts of this repository. */
export const sources = readSources(root);

/** What the product ships. Built first, so that training, if it is due, happens in a process of its own. */
export function shippedUnderstand(): Understand {
  execFileSync(process.execPath, ["build.mjs", "--quiet"], { cwd: root });
  execFileSync(process.execPath, ["dist/train-understanding.js"], { cwd: root });
  return loadUnderstanding(root);
}
