import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KnownError } from "../errors.ts";
import type { PersonId } from "../terms.ts";
import { type Journal, openJournal } from "./journal.ts";
import { ownPlaceIn } from "./own-directory.ts";
import type { PersonSeals } from "./person-seals.ts";

/** One accepted batch of a person, as the keys and values of the atomic move that took it in. */
export type SpooledMove = readonly [keys: readonly string[], values: readonly (string | number)[]];

/** What became of what was kept. */
interface Replayed {
  readonly again: number;
  /** Nobody opens it any more: its persons were erased, or somebody changed it. */
  readonly gone: number;
  /** The key is not on the ring of this process. It is kept until one comes that has it. */
  readonly waiting: number;
}

/**
 * What was accepted lately, on the disk of this machine, for a Redis that may lose its last second. Each batch is
 * sealed as a whole with the key of its person.
 *
 * After such a loss everything is taken in again; what Redis still knows, it recognises and leaves.
 */
export interface Spool {
  /** Resolves when it is on disk. */
  keep(person: PersonId, move: SpooledMove): Promise<void>;
  /** Hands over everything kept, oldest first. */
  replay(again: (move: SpooledMove) => Promise<unknown>): Promise<Replayed>;
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
export async function openSpool(parent: string, seals: PersonSeals): Promise<Spool> {
  const { directory, giveUp } = ownPlaceIn(parent);
  const runFile = join(directory, "redis-run");
  let runId = existsSync(runFile) ? readFileSync(runFile, "utf8") : undefined;
  let older: Buffer[] = [];
  let recent: Buffer[] = [];
  let waiting = 0;
  const journal: Journal = await openJournal(join(directory, "accepted"), (record) => {
    recent.push(Buffer.from(record));
  });

  return {
    keep: (person, move) =>
      seals.write(person, context, JSON.stringify(move), async (line) => {
        const record = Buffer.from(line);
        recent.push(record);
        journal.append(record);
        await journal.durable();
      }),

    async replay(again) {
      const open = await seals.reader();
      const counts = { again: 0, gone: 0, waiting: 0 };
      for (const record of [...older, ...recent]) {
        const found = read(record, open);
        if (typeof found === "string") counts[found] += 1;
        else {
          await again(found);
          counts.again += 1;
        }
      }
      waiting = counts.waiting;
      return counts;
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
      if (waiting > 0) return;
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

const context = "spooled";

function read(
  record: Buffer,
  open: (line: string, context: string) => string | undefined,
): SpooledMove | "gone" | "waiting" {
  try {
    const text = open(record.toString("utf8"), context);
    return text === undefined ? "gone" : (JSON.parse(text) as SpooledMove);
  } catch (error) {
    return error instanceof KnownError && error.code === "privacy.key-missing" ? "waiting" : "gone";
  }
}
