import { randomBytes, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { KnownError } from "../errors.ts";
import type { Clock } from "../terms.ts";
import {
  type Audit,
  type AuditCheck,
  type AuditEntry,
  type AuditRecord,
  type AuditSearch,
  auditRecordSchema,
  chainStart,
  hashOf,
  type Subjects,
} from "./audit.ts";

interface Waiting {
  readonly entry: AuditEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Chain {
  readonly name: string;
  readonly file: FileHandle;
  readonly month: string;
  head: string;
}

/**
 * Keeps the audit record as JSON lines in a folder: one hash-chained file per process and month.
 *
 * Two processes never share a file, so they cannot break each other's chain. The first record of every
 * file names the file that was written to last before it, with the hash it ended on, so that a file that
 * goes missing or loses its end is found. Records that arrive together share one `fdatasync`. After a
 * failed write the file is left alone and a new one is begun. Who a record is about stands there by a number.
 */
export function auditFiles(
  folder: string,
  clock: Clock,
  subjects: Subjects,
): Audit & { close(): Promise<void> } {
  const waiting: Waiting[] = [];
  let chain: Chain | undefined;
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 256);
      try {
        await append(batch.map(({ entry }) => entry));
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        const broken = chain;
        chain = undefined;
        await broken?.file.close().catch(() => undefined);
        for (const { reject } of batch) reject(unavailable(cause));
      }
    }
    // in the same breath as the last look at what waits, so that nothing can come in between unseen
    writing = undefined;
  }

  async function append(entries: readonly AuditEntry[]): Promise<void> {
    const at = new Date(clock()).toISOString();
    if (chain === undefined || chain.month !== at.slice(0, 7)) {
      await chain?.file.close();
      chain = await beginChain(folder, at);
    }
    let head = chain.head;
    const lines = entries.map((entry) => {
      const record = seal(entry, at, head);
      head = record.hash;
      return `${JSON.stringify(record)}\n`;
    });
    await chain.file.appendFile(lines.join(""));
    await chain.file.datasync();
    chain.head = head;
  }

  function numbered(person: string): Promise<string> {
    return subjects.numberOf(person).catch((cause) => {
      throw unavailable(cause);
    });
  }

  async function namesOf(subject: string): Promise<ReadonlySet<string>> {
    return new Set([subject, ...(await subjects.numbersOf(subject))]);
  }

  return {
    async write(entry) {
      const subject = entry.subject === null ? null : await numbered(entry.subject);
      await new Promise<void>((resolve, reject) => {
        waiting.push({ entry: { ...entry, subject }, resolve, reject });
        writing ??= writeAll();
      });
    },
    async find(search) {
      const about = search.subject === undefined ? undefined : await namesOf(search.subject);
      const found: AuditRecord[] = [];
      for (const name of await chainNames(folder)) {
        // a file holds one month, and is named for when it was begun
        if (name.slice(0, 7) < (search.from ?? "").slice(0, 7)) continue;
        for await (const record of recordsOf(folder, name))
          if (record && fits(record, search, about)) found.push(record);
      }
      return found.sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, search.limit);
    },
    check: () => checkChains(folder),
    async close() {
      await writing;
      await chain?.file.close();
      chain = undefined;
    },
  };
}

function unavailable(cause: unknown): KnownError {
  return new KnownError("console.audit-unavailable", "the audit record is not on disk", {}, { cause });
}

function seal(entry: AuditEntry, at: string, previous: string): AuditRecord {
  const record = { v: 1 as const, id: randomUUID(), at, ...entry, previous };
  return { ...record, hash: hashOf(record) };
}

/** Begins a file with a record that vouches for the one before it. */
async function beginChain(folder: string, at: string): Promise<Chain> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const before = (await chainNames(folder)).at(-1);
  const last = before === undefined ? chainStart : await headOf(folder, before);
  const name = `${at.replace(/[:.]/g, "-")}-${randomBytes(4).toString("hex")}.jsonl`;
  const file = await open(join(folder, name), "ax", 0o600);
  const record = seal(chainBegun(before ?? null, last), at, chainStart);
  await file.appendFile(`${JSON.stringify(record)}\n`);
  await file.datasync();
  await syncFolder(folder);
  return { name, file, month: at.slice(0, 7), head: record.hash };
}

function chainBegun(before: string | null, head: string): AuditEntry {
  const actor = { id: "system", name: "Naast", roles: [], regions: [], organisation: "" };
  return {
    event: "chain-begun",
    outcome: "granted",
    actor,
    responsible: "system",
    access: { address: "", instance: "" },
    subject: null,
    object: { kind: "audit-file", id: before, region: null },
    count: 0,
    rule: head,
    purpose: null,
    emergency: false,
    code: null,
    request: "",
  };
}

/** A new file is only safe once its name is, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

async function chainNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".jsonl")).sort();
}

async function* recordsOf(folder: string, name: string): AsyncGenerator<AuditRecord | undefined> {
  const lines = createInterface({ input: createReadStream(join(folder, name), "utf8"), crlfDelay: Infinity });
  for await (const line of lines) yield readRecord(line);
}

function readRecord(line: string): AuditRecord | undefined {
  try {
    return auditRecordSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function headOf(folder: string, name: string): Promise<string> {
  let head = chainStart;
  for await (const record of recordsOf(folder, name)) head = record?.hash ?? head;
  return head;
}

async function checkChains(folder: string): Promise<AuditCheck> {
  const broken: { file: string; line: number; why: string }[] = [];
  const hashes = new Map<string, Set<string>>();
  const vouched: { file: string; before: string; head: string }[] = [];
  let records = 0;
  for (const file of await chainNames(folder)) {
    const seen = new Set<string>([chainStart]);
    hashes.set(file, seen);
    let head = chainStart;
    let line = 0;
    let torn = false;
    for await (const record of recordsOf(folder, file)) {
      line += 1;
      // a last line cut short is what a crash leaves: nothing was shown on it
      if (torn) {
        broken.push({ file, line: line - 1, why: "not a record" });
        break;
      }
      torn = record === undefined;
      if (record === undefined) continue;
      records += 1;
      const why = faultOf(record, head, line);
      if (why !== undefined) broken.push({ file, line, why });
      if (why !== undefined) break;
      if (record.event === "chain-begun" && record.object.id !== null) {
        vouched.push({ file, before: record.object.id, head: record.rule });
      }
      head = record.hash;
      seen.add(head);
    }
  }
  for (const { file, before, head } of vouched) {
    const known = hashes.get(before);
    if (known === undefined) broken.push({ file: before, line: 0, why: `the file is gone; ${file} knew it` });
    else if (!known.has(head))
      broken.push({ file: before, line: 0, why: `its end is gone; ${file} knew it` });
  }
  return { records, files: hashes.size, broken };
}

function faultOf(record: AuditRecord, head: string, line: number): string | undefined {
  if (record.previous !== head) return "a record before it is missing or out of order";
  const { hash, ...rest } = record;
  if (hash !== hashOf(rest)) return "it was changed after it was written";
  if ((line === 1) !== (record.event === "chain-begun")) return "the file does not begin as one";
  return undefined;
}

function fits(
  record: AuditRecord,
  search: Omit<AuditSearch, "subject">,
  about: ReadonlySet<string | null> | undefined,
): boolean {
  return (
    (search.actor === undefined || record.actor.id === search.actor || record.actor.name === search.actor) &&
    (about === undefined || about.has(record.subject)) &&
    (search.object === undefined || record.object.id === search.object) &&
    (search.event === undefined || record.event === search.event) &&
    (search.from === undefined || record.at >= search.from) &&
    (search.till === undefined || record.at <= search.till)
  );
}
