import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const fileIn = (dataDir: string): string => join(dataDir, "served-at.json");

/** Notes under which address the console of this data folder is served, for `console:link`. Gives the undoing. */
export function noteServedAt(dataDir: string, origin: string): () => void {
  writeFileSync(fileIn(dataDir), JSON.stringify({ origin, process: process.pid }), { mode: 0o600 });
  return () => rmSync(fileIn(dataDir), { force: true });
}

/** Finds under which address the console of this data folder is served; undefined when no server noted one. */
export function findServedAt(dataDir: string): string | undefined {
  try {
    const { origin } = JSON.parse(readFileSync(fileIn(dataDir), "utf8")) as { origin?: unknown };
    return typeof origin === "string" ? origin : undefined;
  } catch {
    return undefined;
  }
}
