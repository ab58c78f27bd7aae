import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { KnownError } from "../errors.ts";
import { syncDirectory } from "./journal.ts";

/**
 * One key as a line of text of a fixed width. It never moves while it stands, so that any process can strike it out in
 * its place, whoever owns the file.
 */
export interface KeyRow {
  readonly id: string;
  /** Whose it is: a keyed hash of the person's pseudonym. */
  readonly owner: string;
  readonly until: number;
  /** The secret, sealed with the keyring. */
  readonly wrapped: string;
  /** A retired key opens what it sealed, and seals nothing any more. */
  readonly state: "live" | "retired";
}

export interface PlacedRow extends KeyRow {
  readonly path: string;
  readonly slot: number;
}

/** A file of keys that this process alone adds to. */
export interface KeyFile {
  readonly rows: () => readonly PlacedRow[];
  read(slot: number): PlacedRow | undefined;
  add(row: KeyRow): number;
  extend(slot: number, until: number): void;
  strike(slot: number): void;
  /** Strikes out all rows whose time is over. */
  strikeOld(now: number): void;
  /** Whether the key can still be sealed with: a look at the disk, for others strike out rows as well. */
  isLive(slot: number, id: string): boolean;
  /** Whether all that was written is on disk. */
  readonly isSettled: boolean;
  /** Resolves when everything so far is on disk. Many waiting callers share one fsync. */
  synced(): Promise<void>;
  /** The same at once, for when nobody waits yet. */
  syncNow(): void;
  /** Lets the rows be used again that were struck out before the last call of this. */
  reuse(): void;
  close(): void;
}

const rowLength = 256;
const marks = { live: "+", retired: "-" } as const;
const at = { id: 1, owner: 18, until: 43, wrapped: 57 } as const;
const idLength = 16;
const nothing = Buffer.alloc(rowLength);
const syncFile = promisify(fdatasync);

export function openKeyFile(path: string): KeyFile {
  const isNew = !existsSync(path);
  const file = openSync(path, isNew ? "wx+" : "r+", 0o600);
  if (isNew) syncDirectory(path);
  const head = Buffer.alloc(at.id + idLength);
  const free = emptySlots(readAll(file));
  let struck: number[] = [];
  let resting: number[] = [];
  let written = 0;
  let onDisk = 0;
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  function put(bytes: Buffer, position: number): void {
    try {
      if (writeSync(file, bytes, 0, bytes.length, position) !== bytes.length) throw new Error("cut short");
      written += 1;
    } catch (cause) {
      throw unwritten(cause);
    }
  }

  async function syncAfter(before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    running = waiting;
    waiting = undefined;
    const upTo = written;
    await syncFile(file).catch((cause) => {
      throw unwritten(cause);
    });
    onDisk = upTo;
  }

  function strike(slot: number): void {
    put(nothing, slot * rowLength);
    struck.push(slot);
  }

  return {
    rows: () => readRows(path, readAll(file)),

    read(slot) {
      const bytes = Buffer.alloc(rowLength);
      readSync(file, bytes, 0, rowLength, slot * rowLength);
      const row = readRow(path, bytes, 0);
      return row === undefined ? undefined : { ...row, slot };
    },

    add(row) {
      // the end is asked for: whoever was taken for dead may have written here as well
      const slot = free.pop() ?? Math.ceil(fstatSync(file).size / rowLength);
      put(writeRow(row), slot * rowLength);
      return slot;
    },

    extend(slot, until) {
      put(Buffer.from(timeOf(until)), slot * rowLength + at.until);
    },

    strike,

    strikeOld(now) {
      const bytes = readAll(file);
      for (let start = 0; start + rowLength <= bytes.length; start += rowLength) {
        const until = bytes.toString("latin1", start + at.until, start + at.wrapped - 1);
        if (bytes[start] !== 0 && Number(until) < now) strike(start / rowLength);
      }
    },

    isLive(slot, id) {
      const length = readSync(file, head, 0, head.length, slot * rowLength);
      return length === head.length && head.toString("latin1") === `${marks.live}${id}`;
    },

    get isSettled() {
      return onDisk === written;
    },

    synced() {
      waiting ??= syncAfter(running);
      return waiting;
    },

    syncNow() {
      fdatasyncSync(file);
      onDisk = written;
    },

    reuse() {
      free.push(...resting);
      resting = struck;
      struck = [];
    },

    close() {
      closeSync(file);
    },
  };
}

/** Reads all rows in a file of anyone's. */
export async function readKeyFile(path: string): Promise<readonly PlacedRow[]> {
  return readRows(path, await contentOf(path));
}

/** Finds the rows of an owner in a file of anyone's. */
export async function findRows(path: string, owner: string): Promise<readonly PlacedRow[]> {
  const bytes = await contentOf(path);
  const found: PlacedRow[] = [];
  for (let place = bytes.indexOf(owner); place >= 0; place = bytes.indexOf(owner, place + 1)) {
    const row = readRow(path, bytes, Math.floor(place / rowLength));
    if (row?.owner === owner) found.push(row);
  }
  return found;
}

/** A place that was only just taken has no file yet. */
async function contentOf(path: string): Promise<Buffer> {
  return existsSync(path) ? await readFile(path) : Buffer.alloc(0);
}

/** Retires or strikes out a row where it stands, whoever owns the file, and waits until that is on disk. */
export async function markRow(row: PlacedRow, mark: "retired" | "struck"): Promise<void> {
  await changeRow(row, mark === "struck" ? nothing : Buffer.from(marks.retired), 0);
}

/** Lets a row last longer, whoever owns the file. */
export async function extendRow(row: PlacedRow, until: number): Promise<void> {
  await changeRow(row, Buffer.from(timeOf(until)), at.until);
}

/** Whether a row of anyone's can still be sealed with. */
export function isLiveAt({ path, slot, id }: PlacedRow): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, "r");
  try {
    return headOf(file, slot) === `${marks.live}${id}`;
  } finally {
    closeSync(file);
  }
}

async function changeRow({ path, slot, id }: PlacedRow, bytes: Buffer, offset: number): Promise<void> {
  const file = openSync(path, "r+");
  try {
    if (headOf(file, slot).slice(at.id) !== id) return;
    writeSync(file, bytes, 0, bytes.length, slot * rowLength + offset);
    await syncFile(file);
  } catch (cause) {
    throw unwritten(cause);
  } finally {
    closeSync(file);
  }
}

function headOf(file: number, slot: number): string {
  const head = Buffer.alloc(at.id + idLength);
  readSync(file, head, 0, head.length, slot * rowLength);
  return head.toString("latin1");
}

function readAll(file: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(file).size);
  readSync(file, bytes, 0, bytes.length, 0);
  return bytes;
}

function emptySlots(bytes: Buffer): number[] {
  const count = Math.floor(bytes.length / rowLength);
  return Array.from({ length: count }, (_, slot) => slot).filter((slot) => bytes[slot * rowLength] === 0);
}

function readRows(path: string, bytes: Buffer): readonly PlacedRow[] {
  const count = Math.floor(bytes.length / rowLength);
  return Array.from({ length: count }, (_, slot) => readRow(path, bytes, slot)).filter(
    (row) => row !== undefined,
  );
}

/** A row that was struck out, or torn by a crash before anyone relied on it, is none. */
function readRow(path: string, bytes: Buffer, slot: number): PlacedRow | undefined {
  const text = bytes.toString("latin1", slot * rowLength, (slot + 1) * rowLength);
  if (!/^[+-][\w-]{16} [\w-]{24} \d{13} v1\.\S+ *\n$/.test(text)) return undefined;
  return {
    path,
    slot,
    state: text.startsWith(marks.live) ? "live" : "retired",
    id: text.slice(at.id, at.id + idLength),
    owner: text.slice(at.owner, at.until - 1),
    until: Number(text.slice(at.until, at.wrapped - 1)),
    wrapped: text.slice(at.wrapped).trimEnd(),
  };
}

function writeRow({ state, id, owner, until, wrapped }: KeyRow): Buffer {
  const text = `${marks[state]}${id} ${owner} ${timeOf(until)} ${wrapped}`;
  return Buffer.from(`${text.padEnd(rowLength - 1)}\n`, "latin1");
}

function timeOf(until: number): string {
  return String(Math.ceil(until)).padStart(13, "0");
}

function unwritten(cause: unknown): KnownError {
  return new KnownError("storage.unavailable", "the keys of persons cannot be written", {}, { cause });
}
