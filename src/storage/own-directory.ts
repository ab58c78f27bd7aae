import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { KnownError } from "../errors.ts";

/** How often an owner says that it lives, for those who cannot see its process: in another container, or elsewhere. */
const beatMilliseconds = 15_000;
const silenceMilliseconds = 4 * beatMilliseconds;

/**
 * Makes a directory this process's own, for as long as it lives. A lock left by a process that died is no lock.
 *
 * @returns a function that gives it up.
 * @throws {KnownError} `storage.in-use` when a living process owns it.
 */
export function ownDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = join(directory, "owner");
  const mine = `${lock}.${hostname()}.${process.pid}`;
  writeFileSync(mine, nameOf(process.pid), { mode: 0o600 });
  try {
    for (let tries = 0; ; tries += 1) {
      if (tryLink(mine, lock)) return keepOwning(lock);
      const owner = readOwner(lock);
      if (tries > 2 || (owner !== undefined && isAlive(owner, lock))) {
        throw new KnownError(
          "storage.in-use",
          `another Naast works in ${directory}; stop it, or set DATA_DIR`,
          {
            process: owner?.pid ?? 0,
          },
        );
      }
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

function keepOwning(lock: string): () => void {
  const beat = setInterval(() => {
    try {
      utimesSync(lock, new Date(), new Date());
    } catch {
      // a disk that is away now may be back for the next beat
    }
  }, beatMilliseconds);
  beat.unref();
  return () => {
    clearInterval(beat);
    rmSync(lock, { force: true });
  };
}

const places = 64;

/**
 * Takes a place of this process's own in a directory that processes share. One that starts takes over the
 * place of one that died, with all that is in it.
 *
 * @throws {KnownError} `storage.in-use` when all places are taken.
 */
export function ownPlaceIn(parent: string): { readonly directory: string; readonly giveUp: () => void } {
  for (let place = 0; place < places; place += 1) {
    const directory = join(parent, String(place));
    try {
      return { directory, giveUp: ownDirectory(directory) };
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
    }
  }
  throw new KnownError("storage.in-use", "too many processes share this data directory", { places });
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly name: string;
}

/** A link is made whole or not at all, so of two processes that start at once only one gets it. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function readOwner(lock: string): Owner | undefined {
  if (!existsSync(lock)) return undefined;
  const name = readFileSync(lock, "utf8");
  const [pid, , host = hostname()] = name.split(" ");
  return { pid: Number(pid), host, name };
}

/** Numbers of processes tell nothing across containers: two that share a folder may both be number 1. */
function isAlive({ pid, host, name }: Owner, lock: string): boolean {
  if (host !== hostname()) {
    const beatAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - beatAt < silenceMilliseconds;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return nameOf(pid) === name;
}

/** The number of a process is used again after it died; together with its start it is not (where /proc tells). */
function nameOf(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  const started = existsSync(stat)
    ? readFileSync(stat, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19]
    : "";
  return `${pid} ${started} ${hostname()}`;
}
