import {
  close,
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  write,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { KnownError } from "../errors.ts";

const onFile = { write: promisify(write), sync: promisify(fdatasync), close: promisify(close) };

/**
 * An append-only file of records, each whole or not there.
 *
 * A record is `length, crc32, bytes`. A tail torn by a crash is cut off when the file is opened; everything
 * that {@link Journal.durable} promised before is in front of it.
 */
export interface Journal {
  append(record: Buffer): void;
  /** Resolves when everything appended so far is on disk. Many waiting callers share one fsync. */
  durable(): Promise<void>;
  /**
   * Replaces the whole content, what waits to be written included, by these records, atomically.
   *
   * @returns false while a write is under way: nothing was done, and it can be asked again.
   */
  rewrite(records: Iterable<Buffer>): boolean;
  /** Size of the file in bytes. */
  readonly size: number;
  close(): Promise<void>;
}

const headerLength = 8;

/** Opens a journal, handing every whole record to `replay` first, in order. */
export async function openJournal(path: string, replay: (record: Buffer) => void): Promise<Journal> {
  let size = recover(path, replay);
  let file = openSync(path, "a", 0o600);
  syncDirectory(path);
  let waiting: Buffer[] = [];
  let appended = 0;
  let onDisk = 0;
  let writing: Promise<void> | undefined;
  let failure: KnownError | undefined;

  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0 && failure === undefined) {
      const batch = Buffer.concat(waiting);
      const upTo = appended;
      waiting = [];
      try {
        await writeWhole(file, batch);
        await onFile.sync(file);
        size += batch.length;
        onDisk = upTo;
      } catch (cause) {
        // what is in memory is ahead of the disk now, and stays refused until a new start
        failure = new KnownError("storage.unavailable", "the journal cannot be written", {}, { cause });
      }
    }
    writing = undefined;
  }

  async function durable(): Promise<void> {
    const upTo = appended;
    while (onDisk < upTo) {
      if (failure !== undefined) throw failure;
      // a moment later, so that everything appended in this one shares the fsync
      writing ??= Promise.resolve().then(writeWaiting);
      await writing;
    }
  }

  return {
    append(record) {
      waiting.push(frame(record));
      appended += 1;
    },

    durable,

    rewrite(records) {
      if (writing !== undefined) return false;
      const temporary = `${path}.new`;
      const target = openSync(temporary, "w", 0o600);
      size = 0;
      for (const record of records) size += writeSync(target, frame(record));
      fsyncSync(target);
      renameSync(temporary, path);
      syncDirectory(path);
      closeSync(file);
      file = target;
      waiting = [];
      onDisk = appended;
      return true;
    },

    get size() {
      return size;
    },

    async close() {
      await durable();
      await writing;
      await onFile.close(file);
    },
  };
}

async function writeWhole(file: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await onFile.write(file, bytes, at, bytes.length - at, null)).bytesWritten;
  }
}

/** Replays the whole records of a file and cuts off what follows them. */
function recover(path: string, replay: (record: Buffer) => void): number {
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  let at = 0;
  for (;;) {
    const record = readFrame(bytes, at);
    if (record === undefined) break;
    replay(record);
    at += headerLength + record.length;
  }
  if (at < bytes.length) {
    const file = openSync(path, "r+");
    ftruncateSync(file, at);
    fsyncSync(file);
    closeSync(file);
  }
  return at;
}

function readFrame(bytes: Buffer, at: number): Buffer | undefined {
  if (at + headerLength > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const end = at + headerLength + length;
  if (end > bytes.length) return undefined;
  const record = bytes.subarray(at + headerLength, end);
  return crc32(record) === bytes.readUInt32LE(at + 4) ? record : undefined;
}

function frame(record: Buffer): Buffer {
  const header = Buffer.allocUnsafe(headerLength);
  header.writeUInt32LE(record.length, 0);
  header.writeUInt32LE(crc32(record), 4);
  return Buffer.concat([header, record]);
}

/** A file that was made or renamed is only sure to be found again once its directory is on disk. */
export function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  const directory = openSync(dirname(path), "r");
  fsyncSync(directory);
  closeSync(directory);
}
