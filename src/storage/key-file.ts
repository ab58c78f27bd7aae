import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  write,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { syncDirectory } from "./journal.ts";
import {
  at,
  headLength,
  inStep,
  type KeyRow,
  marks,
  nothing,
  type PlacedRow,
  readRow,
  readRows,
  rowLength,
  timeOf,
  unwritten,
  writeRow,
} from "./key-row.ts";

/** A file of keys that this process alone adds to. */
export interface KeyFile {
  readonly rows: () => readonly PlacedRow[];
  read(slot: number): PlacedRow | undefined;
  /** Adds a row. As every change it is made with the next sync. */
  add(row: KeyRow): number;
  extend(slot: number, until: number): void;
  strike(slot: number): void;
  /** Strikes out all rows whose time is over. */
  strikeOld(now: number): void;
  /** Whether the key can still be sealed with: a look at the disk, for others strike out rows as well. */
  isLive(slot: number, id: string): boolean;
  /** Whether all that was changed is on disk. */
  readonly isSettled: boolean;
  /** Resolves when everything so far is on disk. Many waiting callers share one fsync. */
  synced(): Promise<void>;
  /** The same at once, for when nobody waits yet. */
  syncNow(): void;
  /** Lets the rows be used again that were struck out before the last call of this. */
  reuse(): void;
  close(): void;
}

const onFile = { write: promisify(write), sync: promisify(fdatasync) };

export function openKeyFile(path: string): KeyFile {
  const isNew = !existsSync(path);
  const file = openSync(path, isNew ? inStep | constants.O_CREAT | constants.O_EXCL : inStep, 0o600);
  if (isNew) syncDirectory(path);
  const head = Buffer.alloc(headLength);
  const free = emptySlots(readAll(file));
  let end = slotsIn(file);
  let known = end;
  let pending: Piece[] = [];
  let struck: number[] = [];
  let resting: number[] = [];
  let changes = 0;
  let onDisk = 0;
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  function change(position: number, bytes: Buffer): void {
    changes += 1;
    pending.push({ position, bytes });
  }

  /** What is to be written now. */
  function take(): readonly Piece[] {
    const pieces = joined(pending);
    pending = [];
    const found = slotsIn(file);
    const isOurs = found === known || pieces.length === 0;
    known = isOurs ? end : found;
    end = known;
    // whoever was taken for dead may be back and write here, too: its rows stay, and ours are made anew
    if (!isOurs) throw unwritten(new Error("another process wrote to this file"));
    return pieces;
  }

  async function syncAfter(before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined);
    running = waiting;
    waiting = undefined;
    const upTo = changes;
    try {
      for (const { bytes, position } of take()) await writeAt(file, bytes, position);
      await onFile.sync(file);
    } catch (cause) {
      throw unwritten(cause);
    }
    onDisk = upTo;
  }

  function strike(slot: number): void {
    change(slot * rowLength, nothing);
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
      const slot = free.pop() ?? end;
      end = Math.max(end, slot + 1);
      change(slot * rowLength, writeRow(row));
      return slot;
    },

    extend(slot, until) {
      change(slot * rowLength + at.until, Buffer.from(timeOf(until)));
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
      return onDisk === changes;
    },

    synced() {
      waiting ??= syncAfter(running);
      return waiting;
    },

    syncNow() {
      if (onDisk === changes) return;
      for (const { bytes, position } of take()) writeSync(file, bytes, 0, bytes.length, position);
      fdatasyncSync(file);
      onDisk = changes;
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

interface Piece {
  readonly position: number;
  readonly bytes: Buffer;
}

/** One write for rows that lie beside each other: a busy moment adds many. */
function joined(pieces: readonly Piece[]): readonly Piece[] {
  const runs: { position: number; end: number; parts: Buffer[] }[] = [];
  for (const { position, bytes } of pieces) {
    const last = runs.at(-1);
    if (last?.end === position) {
      last.parts.push(bytes);
      last.end += bytes.length;
    } else runs.push({ position, end: position + bytes.length, parts: [bytes] });
  }
  return runs.map(({ position, parts }) => ({ position, bytes: Buffer.concat(parts) }));
}

/** Not in the process's own turn: a disk that is busy with a sync holds up who writes. */
async function writeAt(file: number, bytes: Buffer, position: number): Promise<void> {
  const { bytesWritten } = await onFile.write(file, bytes, 0, bytes.length, position);
  if (bytesWritten !== bytes.length) throw new Error("cut short");
}

function slotsIn(file: number): number {
  return Math.ceil(fstatSync(file).size / rowLength);
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
