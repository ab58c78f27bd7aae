import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KnownError } from "../errors.ts";
import type { CallbackRequest } from "../escalation/callback.ts";
import type { CallbackQueue } from "../escalation/callback-queue.ts";
import { retention } from "../privacy/retention.ts";
import type { CallbackId, Log, PersonId } from "../terms.ts";
import { type Journal, openJournal } from "./journal.ts";
import { signals } from "./keys.ts";
import { ownPlaceIn } from "./own-directory.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

/**
 * The second place where every promised callback stands: on the disk of this machine, each entry chained to
 * the one before it by its hash.
 *
 * A callback is written here before it is put in line, and so before its parent is told. After every
 * connection to Redis all of it is put in line again: what Redis still knows it recognises by its id, and
 * what it lost is there again, once.
 */
export interface EscalationJournal {
  /** Resolves when it is on disk, or when it cannot be: Redis alone then has it, and the log says so. */
  keep(id: CallbackId, request: CallbackRequest): Promise<void>;
  /** Forgets what one request says: its person took it back. */
  drop(id: CallbackId): Promise<void>;
  /** Forgets what all requests of a person say, here and in the processes beside this one. */
  forget(person: PersonId): Promise<void>;
  close(): Promise<void>;
}

interface Parts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly callbacks: Pick<CallbackQueue, "open">;
  readonly directory: string;
  readonly log: Log;
}

const dayMilliseconds = 24 * 3_600_000;

/**
 * One line of the chain. Without `said` it was forgotten: of whom, and what. Its `digest` keeps the chain whole, and
 * tells neither: it is over the sealed request, which nobody can make again.
 */
interface Entry {
  readonly id: CallbackId;
  readonly at: number;
  readonly digest: string;
  readonly hash: string;
  readonly said?: { readonly person: PersonId; readonly request: string };
}

interface OpenJournal {
  entries: Entry[];
  readonly journal: Journal;
  readonly giveUp: () => void;
}

export function escalationJournal({ link, sealed, callbacks, directory, log }: Parts): EscalationJournal {
  let opening: Promise<OpenJournal> | undefined;
  let listening = false;
  let closed = false;

  function open(): Promise<OpenJournal> {
    opening ??= openChain(directory, log);
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  }

  link.onConnect(() => void replay().catch(complain));
  void replay().catch(complain);

  async function replay(): Promise<void> {
    await listen();
    const { entries } = await open();
    let lost = 0;
    for (const { id, said } of entries) {
      if (said === undefined || closed) continue;
      const { kind } = await callbacks.open(id, sealed.request.read(said.person, said.request));
      if (kind !== "again") lost += 1;
    }
    if (lost > 0) log.error({ count: lost }, "callbacks that Redis had lost are in line again");
  }

  async function listen(): Promise<void> {
    if (listening) return;
    listening = true;
    await link.subscribe(signals.forgotten, (person) => void forgetHere(isOf(person)).catch(complain));
  }

  async function forgetHere(isMeant: (entry: Entry) => boolean): Promise<void> {
    const chain = await open();
    const meant = chain.entries.some((entry) => entry.said !== undefined && isMeant(entry));
    if (!meant) return;
    chain.entries = chain.entries.map((entry) => (isMeant(entry) ? forgotten(entry) : entry));
    await rewrite(chain);
  }

  function complain(error: unknown): void {
    const code = error instanceof KnownError ? error.code : "unknown";
    if (code !== "storage.unavailable" && !closed)
      log.error({ code }, "the journal of callbacks cannot be used");
  }

  async function append(id: CallbackId, request: CallbackRequest): Promise<void> {
    const chain = await open();
    const known = chain.entries.some((entry) => entry.id === id);
    if (!known) {
      const said = { person: request.person, request: sealed.request.write(request) };
      const entry = linked(chain.entries.at(-1)?.hash ?? "", { id, at: Date.now(), said });
      chain.entries.push(entry);
      chain.journal.append(written(entry));
    }
    await chain.journal.durable();
    await dropOld(chain);
  }

  return {
    keep: (id, request) => append(id, request).catch(complain),

    drop: (id) => forgetHere((entry) => entry.id === id).catch(complain),

    async forget(person) {
      await forgetHere(isOf(person));
      await link.publish(signals.forgotten, person);
    },

    async close() {
      closed = true;
      if (opening === undefined) return;
      const { journal, giveUp } = await opening;
      await journal.close();
      giveUp();
    },
  };
}

const isOf =
  (person: string) =>
  (entry: Entry): boolean =>
    entry.said?.person === person;

async function openChain(parent: string, log: Log): Promise<OpenJournal> {
  const { directory, giveUp } = ownPlaceIn(parent);
  const entries: Entry[] = [];
  const journal = await openJournal(join(directory, "promised"), (record) => {
    entries.push(JSON.parse(record.toString("utf8")) as Entry);
  });
  const broken = entries.filter((entry, at) => !isWhole(entry, entries[at - 1]));
  if (broken.length > 0) {
    log.error({ count: broken.length }, "entries of the journal of callbacks were changed by someone else");
  }
  const chain = { entries: entries.filter((entry) => !broken.includes(entry)), journal, giveUp };
  await dropOld(chain);
  return chain;
}

function linked(before: string, entry: Required<Pick<Entry, "id" | "at" | "said">>): Entry {
  const digest = digestOf(entry.said);
  return { ...entry, digest, hash: hashOf(before, entry.id, String(entry.at), digest) };
}

/** The first entry may follow one that was dropped for its age, so it is only held against itself. */
function isWhole({ id, at, digest, hash, said }: Entry, before: Entry | undefined): boolean {
  if (said !== undefined && digestOf(said) !== digest) return false;
  return before === undefined || hashOf(before.hash, id, String(at), digest) === hash;
}

function digestOf({ person, request }: Required<Entry>["said"]): string {
  return hashOf(person, request);
}

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function forgotten({ said: _said, ...rest }: Entry): Entry {
  return rest;
}

function written(entry: Entry): Buffer {
  return Buffer.from(JSON.stringify(entry));
}

async function dropOld(chain: OpenJournal): Promise<void> {
  const since = Date.now() - retention.promised;
  const [oldest] = chain.entries;
  // a day late, so that a busy journal is not rewritten at every entry
  if (oldest === undefined || oldest.at > since - dayMilliseconds) return;
  chain.entries = chain.entries.filter(({ at }) => at > since);
  await rewrite(chain);
}

/** The journal cannot be replaced while it is written, so it is let come to rest first. */
async function rewrite({ entries, journal }: OpenJournal): Promise<void> {
  await journal.durable();
  while (!journal.rewrite(entries.map(written))) await pause(1);
}
