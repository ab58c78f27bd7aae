import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { KnownError } from "../errors.ts";
import type { Keyring } from "../privacy/keyring.ts";
import { pseudonyms } from "../privacy/pseudonym.ts";
import { newSalt, type Sealer, sealer } from "../privacy/seal.ts";
import type { Clock, PersonId } from "../terms.ts";
import {
  extendRow,
  findRows,
  isLiveAt,
  type KeyFile,
  type KeyRow,
  markRow,
  openKeyFile,
  type PlacedRow,
  readKeyFile,
} from "./key-file.ts";
import { ownDirectory, ownPlaceIn } from "./own-directory.ts";

/** What somebody's lines on disk are sealed with, beside the keyring. */
export interface PersonKey {
  readonly id: string;
  readonly secret: string;
}

/**
 * A secret for each person, on disk here and nowhere else. What is sealed with it (spool, journal) or numbered by it
 * (access record) says nothing any more, in no copy of it, once the secret is destroyed.
 *
 * All processes share the folder. Each adds to a file of its own, reads those of all, and strikes out in any.
 */
export interface PersonKeys {
  /** Gives a person's key to seal with. It is on disk, and stays for at least so long unless they are erased. */
  of(person: PersonId, lifetime: number): Promise<PersonKey>;
  /** Gives the same key in all processes. It looks through the files of all: for rare things. */
  sharedOf(person: PersonId, lifetime: number): Promise<PersonKey>;
  /** False once a key was retired: what was sealed with it just now is to be sealed again with another. */
  isLive(person: PersonId, key: PersonKey): boolean;
  /** Reads all keys there are; gives a secret by its id, or undefined when it was destroyed. */
  reader(): Promise<(id: string) => string | undefined>;
  /** All secrets of a person there are. */
  secretsOf(person: PersonId): Promise<readonly string[]>;
  /** From now on every process seals with another key. What was sealed before can still be opened. */
  retire(person: PersonId): Promise<void>;
  /** Destroys the retired keys of a person. */
  destroy(person: PersonId): Promise<void>;
  /** Forgets what this process remembers of a person's key, so that it looks again. */
  drop(person: PersonId): void;
  close(): Promise<void>;
}

interface OpenKeys {
  readonly file: KeyFile;
  /** Where in the file the key of an owner stands, if it still does. */
  readonly slots: Map<string, number>;
  readonly giveUp: () => void;
}

/** A key of this process's own file that was used lately. */
interface Mine {
  readonly slot: number;
  readonly key: PersonKey;
  until: number;
  /** Set until it is known that the row is on disk. */
  ready: Promise<void> | undefined;
}

const fileName = "keys";
const sweepMilliseconds = 3_600_000;
/** So much longer than asked for, so that a row is not written anew at every use. */
const aheadMilliseconds = 24 * 3_600_000;
const rememberedAtMost = 20_000;

export function personKeys(directory: string, keyring: Keyring, clock: Clock = Date.now): PersonKeys {
  const seals = sealer(keyring);
  const names = pseudonyms(keyring);
  const mine = new Map<PersonId, Mine>();
  const shared = new Map<PersonId, readonly [PlacedRow, PersonKey]>();
  let opened: OpenKeys | undefined;

  function open(): OpenKeys {
    try {
      opened ??= openOwn(directory, (file) => tend(file, keyring.current.id, seals, clock()), clock);
      return opened;
    } catch (cause) {
      if (cause instanceof KnownError) throw cause;
      throw new KnownError("storage.unavailable", "the keys of persons cannot be opened", {}, { cause });
    }
  }

  /** What is forgotten here for want of room is found again on the disk. */
  function findMine(person: PersonId): Mine | undefined {
    const { file, slots } = open();
    const known = mine.get(person);
    if (known !== undefined) return file.isLive(known.slot, known.key.id) ? known : undefined;
    const owner = names.keyOwner(person);
    const slot = slots.get(owner);
    const row = slot === undefined ? undefined : file.read(slot);
    if (row?.owner !== owner || row.state !== "live") return undefined;
    const { until, id } = row;
    const found: Mine = { slot: row.slot, until, key: { id, secret: unwrap(seals, row) }, ready: undefined };
    if (!file.isSettled) settle(person, found);
    return remember(mine, person, found);
  }

  function make(person: PersonId, until: number): Mine {
    const { file, slots } = open();
    const owner = names.keyOwner(person);
    const key = { id: randomBytes(12).toString("base64url"), secret: newSalt() };
    const slot = file.add(wrap(seals, { ...key, owner, until, state: "live" }));
    slots.set(owner, slot);
    const made: Mine = { slot, key, until, ready: undefined };
    settle(person, made);
    return remember(mine, person, made);
  }

  /** Nobody relies on a row before it is on disk; one that does not get there is forgotten. */
  function settle(person: PersonId, row: Mine): void {
    const ready = open().file.synced();
    row.ready = ready;
    const done = (): void => {
      if (row.ready === ready) row.ready = undefined;
    };
    ready.then(done, () => drop(person));
  }

  function drop(person: PersonId): void {
    mine.delete(person);
    shared.delete(person);
    opened?.slots.delete(names.keyOwner(person));
  }

  async function rowsOf(person: PersonId): Promise<readonly PlacedRow[]> {
    open();
    const owner = names.keyOwner(person);
    return (await Promise.all(filesIn(directory).map((path) => findRows(path, owner)))).flat();
  }

  async function of(person: PersonId, lifetime: number): Promise<PersonKey> {
    const until = clock() + lifetime;
    const row = findMine(person) ?? make(person, until + aheadMilliseconds);
    if (row.until < until) {
      const { file } = open();
      // another process may have had it last longer
      row.until = Math.max(file.read(row.slot)?.until ?? 0, until + aheadMilliseconds);
      file.extend(row.slot, row.until);
      settle(person, row);
    }
    if (row.ready !== undefined) await row.ready;
    return row.key;
  }

  /** Of several that processes made at once, the one that was asked to last longest: so it is the same for all. */
  async function oldestOf(person: PersonId): Promise<PlacedRow | undefined> {
    const live = (await rowsOf(person)).filter(({ state }) => state === "live");
    return live.toSorted((one, other) => other.until - one.until || (one.id < other.id ? -1 : 1))[0];
  }

  return {
    of,

    async sharedOf(person, lifetime) {
      const until = clock() + lifetime;
      const [known, remembered] = shared.get(person) ?? [];
      if (known !== undefined && remembered !== undefined && known.until >= until && isLiveAt(known))
        return remembered;
      if ((await oldestOf(person)) === undefined) await of(person, lifetime);
      const row = await oldestOf(person);
      if (row === undefined)
        throw new KnownError("storage.unavailable", "the key of a person is gone at once");
      const lasting = row.until >= until ? row : { ...row, until: until + aheadMilliseconds };
      if (lasting !== row) await extendRow(row, lasting.until);
      const key = { id: row.id, secret: unwrap(seals, row) };
      remember(shared, person, [lasting, key]);
      return key;
    },

    isLive(person, key) {
      return mine.get(person)?.key.id === key.id && findMine(person) !== undefined;
    },

    async reader() {
      open();
      const rows = (await Promise.all(filesIn(directory).map(readKeyFile))).flat();
      const byId = new Map(rows.map((row) => [row.id, row]));
      return (id) => {
        const row = byId.get(id);
        return row === undefined ? undefined : unwrap(seals, row);
      };
    },

    async secretsOf(person) {
      return (await rowsOf(person)).flatMap((row) => unwrapped(seals, row) ?? []);
    },

    async retire(person) {
      const rows = await rowsOf(person);
      await Promise.all(rows.filter(({ state }) => state === "live").map((row) => markRow(row, "retired")));
      drop(person);
    },

    async destroy(person) {
      // whoever moves a row looks back at where it stood, and here is looked again: one of the two sees the other
      for (;;) {
        const retired = (await rowsOf(person)).filter(({ state }) => state === "retired");
        if (retired.length === 0) return;
        await Promise.all(retired.map((row) => markRow(row, "struck")));
      }
    },

    drop,

    async close() {
      if (opened === undefined) return;
      const { file, giveUp } = opened;
      if (!file.isSettled) await file.synced();
      opened = undefined;
      mine.clear();
      giveUp();
    },
  };
}

function openOwn(directory: string, tendTo: (file: KeyFile) => void, clock: Clock): OpenKeys {
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

/** Looks after the files of processes that are no more. */
function tendIdle(directory: string, tendTo: (file: KeyFile) => void): void {
  for (const path of filesIn(directory)) {
    const giveUp = tryToOwn(join(path, ".."));
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
function tend(file: KeyFile, current: string, seals: Sealer, now: number): void {
  file.strikeOld(now);
  const older = file.rows().filter(({ wrapped }) => !wrapped.startsWith(`v1.${current}.`));
  const moved = older.flatMap((row) => {
    const { path: _path, slot: _slot, ...same } = row;
    const secret = unwrapped(seals, row);
    return secret === undefined ? [] : [{ row, to: file.add(wrap(seals, { ...same, secret })) }];
  });
  if (moved.length === 0) return;
  file.syncNow();
  for (const { row, to } of moved) {
    const { id, state } = file.read(row.slot) ?? {};
    // where it was retired or struck out meanwhile, that counts
    file.strike(id === row.id && state === row.state ? row.slot : to);
  }
}

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => /^\d+$/.test(name))
    .map((place) => join(directory, place, fileName))
    .filter((path) => existsSync(path));
}

function remember<Held>(held: Map<PersonId, Held>, person: PersonId, one: Held): Held {
  const [first] = held.keys();
  if (held.size >= rememberedAtMost && first !== undefined) held.delete(first);
  held.set(person, one);
  return one;
}

function wrap(seals: Sealer, { secret, ...row }: Omit<KeyRow, "wrapped"> & PersonKey): KeyRow {
  return { ...row, wrapped: seals.seal(secret, { context: contextOf(row) }) };
}

function unwrap(seals: Sealer, row: KeyRow): string {
  return seals.open(row.wrapped, { context: contextOf(row) });
}

/** Nothing where the key of the ring is not here: another process may have it. */
function unwrapped(seals: Sealer, row: KeyRow): string | undefined {
  try {
    return unwrap(seals, row);
  } catch {
    return undefined;
  }
}

function contextOf({ id, owner }: Pick<KeyRow, "id" | "owner">): string {
  return `person-key:${id}:${owner}`;
}
