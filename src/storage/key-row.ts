/**
 * How a key stands in a file.
 *
 * @module
 */
import { constants } from "node:fs";
import { KnownError } from "../errors.ts";

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

export const rowLength = 256;
/**
 * How files of keys are opened. A file system of several machines (NFS) may write the whole page around a row from what it
 * remembers, and so bring back what another machine struck out; for files that are synced at each write it does not.
 */
export const inStep = constants.O_RDWR | (constants.O_DSYNC ?? 0);
/** An empty row. */
export const nothing = Buffer.alloc(rowLength);
export const marks = { live: "+", retired: "-" } as const;
/** Where in a row things begin. */
export const at = { id: 1, owner: 18, until: 43, wrapped: 57 } as const;
/** The mark and the id. */
export const headLength = 17;

export function readRows(path: string, bytes: Buffer): readonly PlacedRow[] {
  const count = Math.floor(bytes.length / rowLength);
  return Array.from({ length: count }, (_, slot) => readRow(path, bytes, slot)).filter(
    (row) => row !== undefined,
  );
}

/** A row that was struck out, or torn by a crash before anyone relied on it, is none. */
export function readRow(path: string, bytes: Buffer, slot: number): PlacedRow | undefined {
  const text = bytes.toString("latin1", slot * rowLength, (slot + 1) * rowLength);
  if (!/^[+-][\w-]{16} [\w-]{24} \d{13} v1\.\S+ *\n$/.test(text)) return undefined;
  return {
    path,
    slot,
    state: text.startsWith(marks.live) ? "live" : "retired",
    id: text.slice(at.id, headLength),
    owner: text.slice(at.owner, at.until - 1),
    until: Number(text.slice(at.until, at.wrapped - 1)),
    wrapped: text.slice(at.wrapped).trimEnd(),
  };
}

export function writeRow({ state, id, owner, until, wrapped }: KeyRow): Buffer {
  const text = `${marks[state]}${id} ${owner} ${timeOf(until)} ${wrapped}`;
  return Buffer.from(`${text.padEnd(rowLength - 1)}\n`, "latin1");
}

export function timeOf(until: number): string {
  return String(Math.ceil(until)).padStart(13, "0");
}

export function unwritten(cause: unknown): KnownError {
  return new KnownError("storage.unavailable", "the keys of persons cannot be written", {}, { cause });
}
