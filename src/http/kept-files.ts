import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/**
 * Keeps what was made from sources under the name of their hash, so that it is made once and not at every start.
 *
 * Written whole or not at all: two processes may make it at once. What was made from the newest two states of the
 * sources stays; the rest is of no use to anyone.
 */
export function keepFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, content);
  renameSync(partial, path);
  forgetOld(dirname(path), extname(path));
}

function forgetOld(folder: string, kind: string): void {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(kind))
    .map((file) => join(folder, file))
    .map((path) => ({ path, made: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((one, other) => other.made - one.made);
  for (const { path } of files.slice(2)) rmSync(path, { force: true });
}
