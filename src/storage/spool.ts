import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Journal, openJournal } from "./journal.ts";
import { ownPlaceIn } from "./own-directory.ts";

/** One accepted batch of a person, as the keys and values of the atomic move that took it in. All of it sealed. */
export type SpooledMove = readonly [keys: readonly string[], values: readonly (string | number)[]];

/**
 * What was accepted lately, on the disk of this machine, for a Redis that may lose its last second.
 *
 * After such a loss everything is taken in again; what Redis still knows, it recognises and leaves.
 */
export interface Spool {
  /** Resolves when it is on disk. */
  keep(move: SpooledMove): Promise<void>;
  /** Hands over everything kept, oldest first. */
  replay(again: (move: SpooledMove) => Promise<unknown>): Promise<number>;
  /** The run of Redis that is known to have everything kept so far; undefined at first. */
  readonly runId: string | undefined;
  /** Notes which run of Redis has everything now. */
  caughtUp(runId: string): void;
  /** Drops what was kept before the last call of this: Redis ran on since, so it has long been on its disk. */
  dropOld(): void;
  close(): Promise<void>;
}

/**
 * Opens a spool of this process's own; after a crash it has everything that was promised. Processes that
 * share a data directory take a place each, and one that starts takes over the place of one that died.
 */
export async function openSpool(parent: string): Promise<Spool> {
  const { directory, giveUp } = ownPlaceIn(parent);
  const runFile = join(directory, "redis-run");
  let runId = existsSync(runFile) ? readFileSync(runFile, "utf8") : undefined;
  let older: Buffer[] = [];
  let recent: Buffer[] = [];
  const journal: Journal = await openJournal(join(directory, "accepted"), (record) => {
    recent.push(Buffer.from(record));
  });

  return {
    async keep(move) {
      const record = Buffer.from(JSON.stringify(move));
      recent.push(record);
      journal.append(record);
      await journal.durable();
    },

    async replay(again) {
      const records = [...older, ...recent];
      for (const record of records) await again(JSON.parse(record.toString("utf8")) as SpooledMove);
      return records.length;
    },

    get runId() {
      return runId;
    },

    caughtUp(present) {
      if (present === runId) return;
      runId = present;
      writeFileSync(runFile, present, { mode: 0o600 });
    },

    dropOld() {
      const dropped = older.length > 0;
      older = recent;
      recent = [];
      if (dropped) journal.rewrite(older);
    },

    async close() {
      await journal.close();
      giveUp();
    },
  };
}
