import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sealer } from "../privacy/seal.ts";
import type { Clock } from "../terms.ts";
import { type KeyFile, openKeyFile } from "./key-file.ts";
import { ownDirectory, ownPlaceIn } from "./own-directory.ts";
import { unwrapped, wrap } from "./wrapped-key.ts";

/** The file of keys that this process adds to. */
export interface OpenKeys {
  readonly file: KeyFile;
  /** Where in the file the key of an owner stands, if it still does. */
  readonly slots: Map<string, number>;
  readonly giveUp: () => void;
}

const fileName = "keys";
const sweepMilliseconds = 3_600_000;

/** Takes a place in the folder that all processes share, and looks after the files of those that are no more. */
export function openKeys(directory: string, ringKey: string, seals: Sealer, clock: Clock): OpenKeys {
  const tendTo = (file: KeyFile): void => tend(file, ringKey, seals, clock());
  const place = ownPlaceIn(directory);
  const file = openKeyFile(join(place.directory, fileName));
  tendTo(file);
  tendIdle(directory, tendTo);
  const slots = new Map(
    file
      .rows()
      .filter(({ state }) => state === "live")
      .map(({ owner, slot }) => [owner, slot]),
  );
  const timer = setInterval(() => {
    file.reuse();
    file.strikeOld(clock());
    if (!file.isSettled) file.synced().catch(() => undefined);
  }, sweepMilliseconds);
  timer.unref();
  return {
    file,
    slots,
    giveUp() {
      clearInterval(timer);
      file.close();
      place.giveUp();
    },
  };
}

function tendIdle(directory: string, tendTo: (file: KeyFile) => void): void {
  for (const path of keyFilesIn(directory)) {
    const giveUp = tryToOwn(dirname(path));
    if (giveUp === undefined) continue;
    const file = openKeyFile(path);
    tendTo(file);
    file.close();
    giveUp();
  }
}

function tryToOwn(directory: string): (() => void) | undefined {
  try {
    return ownDirectory(directory);
  } catch {
    return undefined;
  }
}

/** Strikes out what is over, and wraps anew what an older key of the ring wrapped. */
function tend(file: KeyFile, ringKey: string, seals: Sealer, now: number): void {
  file.strikeOld(now);
  file.syncNow();
  const older = file.rows().filter(({ wrapped }) => !wrapped.startsWith(`v1.${ringKey}.`));
  const moved = older.flatMap((row) => {
    const { path: _path, slot: _slot, ...same } = row;
    const secret = unwrapped(seals, row);
    return secret === undefined ? [] : [{ row, to: file.add(wrap(seals, { ...same, secret })) }];
  });
  file.syncNow();
  for (const { row, to } of moved) {
    const { id, state } = file.read(row.slot) ?? {};
    // where it was retired or struck out meanwhile, that counts
    file.strike(id === row.id && state === row.state ? row.slot : to);
  }
  file.syncNow();
}

/** The files of keys of all processes. */
export function keyFilesIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => /^\d+$/.test(name))
    .map((place) => join(directory, place, fileName))
    .filter((path) => existsSync(path));
}
