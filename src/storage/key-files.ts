/**
 * Files of keys of any process: read, and changed where a row stands.
 *
 * @module
 */
import { closeSync, existsSync, fdatasync, openSync, readSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import {
  at,
  headLength,
  inStep,
  marks,
  nothing,
  type PlacedRow,
  readRow,
  readRows,
  rowLength,
  timeOf,
  unwritten,
} from "./key-row.ts";

const syncFile = promisify(fdatasync);

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

/** A place that was only just taken has no file yet. */
async function contentOf(path: string): Promise<Buffer> {
  return existsSync(path) ? await readFile(path) : Buffer.alloc(0);
}

async function changeRow({ path, slot, id }: PlacedRow, bytes: Buffer, offset: number): Promise<void> {
  const file = openSync(path, inStep);
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
  const head = Buffer.alloc(headLength);
  readSync(file, head, 0, head.length, slot * rowLength);
  return head.toString("latin1");
}
