import { randomBytes } from "node:crypto";
import { KnownError } from "../errors.ts";
import type { Keyring } from "../privacy/keyring.ts";
import { pseudonyms } from "../privacy/pseudonym.ts";
import { sealer } from "../privacy/seal.ts";
import type { Clock, PersonId } from "../terms.ts";
import { extendRow, findRows, isLiveAt, markRow, readKeyFile } from "./key-files.ts";
import { keyFilesIn, type OpenKeys, openKeys } from "./key-places.ts";
import type { PlacedRow } from "./key-row.ts";
import { type PersonKey, unwrap, unwrapped, wrap } from "./wrapped-key.ts";

interface ReadyKey {
  readonly key: PersonKey;
  /** Resolves when the key is on disk: nothing sealed with it may be relied on before. Undefined: it is. */
  readonly ready: Promise<void> | undefined;
}

/**
 * A secret for each person, on disk here and nowhere else. What is sealed with it (spool, journal) or numbered by it
 * (access record) says nothing any more, in no copy of it, once the secret is destroyed.
 *
 * All processes share the folder. Each adds to a file of its own, reads those of all, and strikes out in any.
 */
export interface PersonKeys {
  /** Gives a person's key to seal with at once. It stays for at least so long, unless they are erased. */
  of(person: PersonId, lifetime: number): ReadyKey;
  /** Gives the same key in all processes. It looks through the files of all: for rare things. */
  sharedOf(person: PersonId, lifetime: number): Promise<PersonKey>;
  /** Looks on the disk: false once a key was retired, and then what was sealed with it is to be sealed with another. */
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

/** A key of this process's own file that was used lately. */
interface Mine {
  readonly slot: number;
  readonly key: PersonKey;
  until: number;
  /** Set until it is known that the row is on disk. */
  ready: Promise<void> | undefined;
}

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
      opened ??= openKeys(directory, keyring.current.id, seals, clock);
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
    if (known !== undefined) return known;
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
    const key = newKey();
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

  /** What is read of all files is to hold what was added to this one. */
  async function settled(): Promise<void> {
    const { file } = open();
    if (!file.isSettled) await file.synced();
  }

  async function rowsOf(person: PersonId): Promise<readonly PlacedRow[]> {
    await settled();
    const owner = names.keyOwner(person);
    return (await Promise.all(keyFilesIn(directory).map((path) => findRows(path, owner)))).flat();
  }

  function of(person: PersonId, lifetime: number): ReadyKey {
    const until = clock() + lifetime;
    const row = findMine(person) ?? make(person, until + aheadMilliseconds);
    if (row.until < until) {
      const { file } = open();
      // another process may have had it last longer
      row.until = Math.max(file.read(row.slot)?.until ?? 0, until + aheadMilliseconds);
      file.extend(row.slot, row.until);
      settle(person, row);
    }
    return row;
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
      if ((await oldestOf(person)) === undefined) {
        drop(person);
        await of(person, lifetime).ready;
      }
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
      const row = mine.get(person);
      if (row?.key.id === key.id && open().file.isLive(row.slot, key.id)) return true;
      drop(person);
      return false;
    },

    async reader() {
      await settled();
      const rows = (await Promise.all(keyFilesIn(directory).map(readKeyFile))).flat();
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

function newKey(): PersonKey {
  const chance = randomBytes(28);
  return { id: chance.toString("base64url", 0, 12), secret: chance.toString("base64url", 12) };
}

function remember<Held>(held: Map<PersonId, Held>, person: PersonId, one: Held): Held {
  const [first] = held.keys();
  if (held.size >= rememberedAtMost && first !== undefined) held.delete(first);
  held.set(person, one);
  return one;
}
