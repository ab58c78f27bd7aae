import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/**
 * Keeps what was made from sources under the name of their hash, so that it is made once and not at every start.
 *
 * Written whole or not at all: two processes may make it at once. What was made from the newest two states of the
 * sources stays; the rest is of no use to anyone. Where nothing may be written, as in an image, it is made anew.
 */
export function keepFile(path: string, content: string | Uint8Array): void {
  const partial = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, content);
    renameSync(partial, path);
    forgetOld(dirname(path), extname(path));
  } catch (error) {
    if (!mayNotWrite.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

const mayNotWrite: ReadonlySet<string> = new Set(["EROFS", "EACCES", "EPERM"]);

function forgetOld(folder: string, kind: string): void {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(kind))
    .map((file) => join(folder, file))
    .map((path) => ({ path, made: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((one, other) => other.made - one.made);
  for (const { path } of files.slice(2)) rmSync(path, { force: true });
}
