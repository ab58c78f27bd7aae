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
import type { PersonSeals } from "./person-seals.ts";
import type { RedisLink } from "./redis-link.ts";

/**
 * The second place where every promised callback stands: on the disk of this machine, sealed with the key of its
 * person, each entry chained to the one before it by its hash.
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
  readonly seals: PersonSeals;
  readonly callbacks: Pick<CallbackQueue, "open">;
  readonly directory: string;
  readonly log: Log;
}

const dayMilliseconds = 24 * 3_600_000;

/**
 * One entry of the chain. Without `line` it was forgotten: which request, of whom, and what. Its `digest` keeps the
 * chain whole, and tells neither: it is over the sealed line, which nobody can make again.
 */
interface Entry {
  readonly at: number;
  readonly digest: string;
  readonly hash: string;
  readonly line?: string;
}

interface Promised {
  readonly id: CallbackId;
  readonly request: CallbackRequest;
}

/** What this process knows of entries that can be opened. */
type Known = Pick<Promised, "id"> & Pick<CallbackRequest, "person">;

interface OpenJournal {
  entries: Entry[];
  readonly known: WeakMap<Entry, Known>;
  readonly journal: Journal;
  readonly giveUp: () => void;
}

export function escalationJournal({ link, seals, callbacks, directory, log }: Parts): EscalationJournal {
  let opening: Promise<OpenJournal> | undefined;
  let listening = false;
  let closed = false;

  function open(): Promise<OpenJournal> {
    opening ??= openChain(directory, seals, log);
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
    const openLine = await seals.reader();
    let lost = 0;
    for (const entry of entries) {
      const promised = closed ? undefined : read(entry, openLine);
      if (typeof promised !== "object") continue;
      const { kind } = await callbacks.open(promised.id, promised.request);
      if (kind !== "again") lost += 1;
    }
    if (lost > 0) log.error({ count: lost }, "callbacks that Redis had lost are in line again");
  }

  async function listen(): Promise<void> {
    if (listening) return;
    listening = true;
    await link.subscribe(signals.forgotten, (person) => {
      seals.drop(person as PersonId);
      forgetHere(isOf(person)).catch(complain);
    });
  }

  async function forgetHere(isMeant: (known: Known) => boolean): Promise<void> {
    const chain = await open();
    const meant = chain.entries.filter((entry) => {
      const known = chain.known.get(entry);
      return known !== undefined && isMeant(known);
    });
    if (meant.length === 0) return;
    chain.entries = chain.entries.map((entry) => (meant.includes(entry) ? forgotten(entry) : entry));
    await rewrite(chain);
  }

  function complain(error: unknown): void {
    const code = error instanceof KnownError ? error.code : "unknown";
    if (code !== "storage.unavailable" && !closed)
      log.error({ code }, "the journal of callbacks cannot be used");
  }

  async function append(id: CallbackId, request: CallbackRequest): Promise<void> {
    const chain = await open();
    const isKnown = (): boolean => chain.entries.some((entry) => chain.known.get(entry)?.id === id);
    if (!isKnown()) {
      await seals.write(request.person, context, JSON.stringify({ id, request }), async (line) => {
        const entry = linked(chain.entries.at(-1)?.hash ?? "", Date.now(), line);
        chain.known.set(entry, { id, person: request.person });
        chain.entries.push(entry);
        chain.journal.append(written(entry));
        await chain.journal.durable();
      });
    }
    await chain.journal.durable();
    await dropOld(chain);
  }

  return {
    keep: (id, request) => append(id, request).catch(complain),

    drop: (id) => forgetHere((known) => known.id === id).catch(complain),

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

const context = "promised";

const isOf =
  (person: string) =>
  (known: Known): boolean =>
    known.person === person;

async function openChain(parent: string, seals: PersonSeals, log: Log): Promise<OpenJournal> {
  const { directory, giveUp } = ownPlaceIn(parent);
  const entries: Entry[] = [];
  const journal = await openJournal(join(directory, "promised"), (record) => {
    entries.push(JSON.parse(record.toString("utf8")) as Entry);
  });
  const broken = entries.filter((entry, at) => !isWhole(entry, entries[at - 1]));
  if (broken.length > 0) {
    log.error({ count: broken.length }, "entries of the journal of callbacks were changed by someone else");
  }
  const whole = entries.filter((entry) => !broken.includes(entry));
  const chain = { entries: whole, known: new WeakMap<Entry, Known>(), journal, giveUp };
  learn(chain, await seals.reader(), log);
  await dropOld(chain);
  return chain;
}

type OpenLine = Awaited<ReturnType<PersonSeals["reader"]>>;

/** Finds out whose the entries are. What cannot be opened stays: its key may be on the ring of the next process. */
function learn({ entries, known }: OpenJournal, openLine: OpenLine, log: Log): void {
  const counts = { gone: 0, waiting: 0 };
  for (const entry of entries) {
    const promised = read(entry, openLine);
    if (promised === undefined) continue;
    if (typeof promised === "string") counts[promised] += 1;
    else known.set(entry, { id: promised.id, person: promised.request.person });
  }
  if (counts.waiting > 0)
    log.error(
      { code: "privacy.key-missing", count: counts.waiting },
      "promised callbacks wait for their key",
    );
  if (counts.gone > 0)
    log.warn({ count: counts.gone }, "promised callbacks cannot be opened: of persons who were erased");
}

function read({ line }: Entry, openLine: OpenLine): Promised | "gone" | "waiting" | undefined {
  if (line === undefined) return undefined;
  try {
    const text = openLine(line, context);
    return text === undefined ? "gone" : (JSON.parse(text) as Promised);
  } catch (error) {
    return error instanceof KnownError && error.code === "privacy.key-missing" ? "waiting" : "gone";
  }
}

function linked(before: string, at: number, line: string): Entry {
  const digest = hashOf(line);
  return { at, digest, hash: hashOf(before, String(at), digest), line };
}

/** The first entry may follow one that was dropped for its age, so it is only held against itself. */
function isWhole({ at, digest, hash, line }: Entry, before: Entry | undefined): boolean {
  if (line !== undefined && hashOf(line) !== digest) return false;
  return before === undefined || hashOf(before.hash, String(at), digest) === hash;
}

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function forgotten({ line: _line, ...rest }: Entry): Entry {
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
