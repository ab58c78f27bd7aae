import { KnownError } from "../errors.ts";
import type { Waiting } from "../escalation/best-fit.ts";
import type {
  Callback,
  CallbackEvent,
  CallbackRequest,
  CallbackState,
  Lane,
  ListedCallback,
  Outcome,
} from "../escalation/callback.ts";
import { joinRequests } from "../escalation/join-requests.ts";
import type { Pseudonyms } from "../privacy/pseudonym.ts";
import type { CallbackId, Language, Locale, Log, PersonId } from "../terms.ts";
import { callbackKeys as keys } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import type { Sealed } from "./sealed.ts";

type Fields = Readonly<Record<string, string>>;

/** A callback as Redis keeps it. */
interface Stored {
  readonly fields: Fields;
  readonly events: readonly string[];
}

interface CallbackReaderParts {
  readonly link: RedisLink;
  readonly sealed: Sealed;
  readonly names: Pseudonyms;
  readonly log: Log;
}

/** How much of the line is read at once: little at first, since the first few mostly do. */
const firstPiece = 64;
const largestPiece = 1_024;

/** Everything that can be learnt of callbacks without changing them. */
export function callbackReader({ link, sealed, names, log }: CallbackReaderParts) {
  const call = (...command: readonly string[]): Promise<unknown> => link.call(keys.open, ...command);

  async function read(id: CallbackId): Promise<Callback | undefined> {
    const stored = await readStored(id);
    const listed = stored && open(id, stored);
    return listed && { ...listed, samePhone: await othersWithPhone(id, stored.fields) };
  }

  /** The same without looking for equal telephone numbers: two rounds less for each line of a list. */
  async function readListed(id: CallbackId): Promise<ListedCallback | undefined> {
    const stored = await readStored(id);
    return stored && open(id, stored);
  }

  async function readStored(id: CallbackId): Promise<Stored | undefined> {
    const [fields, events] = (await Promise.all([
      call("HGETALL", keys.callback(id)).then(readFields),
      call("LRANGE", keys.history(id), "0", "-1"),
    ])) as [Fields, string[]];
    return fields["id"] === undefined ? undefined : { fields, events };
  }

  function open(id: CallbackId, { fields, events }: Stored): ListedCallback | undefined {
    try {
      return readCallback(id, fields, events);
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      log.error({ code: error.code, callback: id }, "a callback cannot be opened");
      return undefined;
    }
  }

  function readCallback(id: CallbackId, fields: Fields, events: readonly string[]): ListedCallback {
    const request = {
      ...joinRequests(readRequests(fields)),
      lane: (fields["lane"] ?? "today") as Lane,
      promisedAt: Number(fields["promisedAt"]),
    };
    return {
      id,
      state: (fields["state"] ?? "waiting") as CallbackState,
      lane: request.lane,
      request,
      holder: readHolder(fields),
      attempts: Number(fields["attempts"] ?? 0),
      outcome: (fields["outcome"] ?? null) as Outcome | null,
      parentInformed: fields["informed"] === "1",
      breached: fields["breached"] === "1",
      closedAt: fields["closedAt"] === undefined ? null : Number(fields["closedAt"]),
      history: events.map((event) => JSON.parse(event) as CallbackEvent),
    };
  }

  function readRequests(fields: Fields): [CallbackRequest, ...CallbackRequest[]] {
    const count = Number(fields["requests"]);
    const texts = Array.from({ length: count }, (_, at) => fields[`request:${at + 1}`] ?? "");
    const [first, ...repeats] = texts.map((text) => sealed.request.read(fields["person"] as PersonId, text));
    if (first === undefined) throw new KnownError("privacy.unreadable", "a callback without a request");
    return [first, ...repeats];
  }

  async function othersWithPhone(id: CallbackId, fields: Fields): Promise<readonly CallbackId[]> {
    const phones = (fields["phones"] ?? "").split(" ").filter((phone) => phone !== "");
    const sets = (await Promise.all(
      phones.map((phone) => call("SMEMBERS", keys.phone(phone))),
    )) as CallbackId[][];
    const others = [...new Set(sets.flat())].filter((other) => other !== id);
    const states = await Promise.all(others.map((other) => call("HGET", keys.callback(other), "state")));
    return others.filter((_, at) => states[at] !== null && states[at] !== "closed");
  }

  async function holderOf(id: CallbackId): Promise<CallbackId | undefined> {
    return ((await call("GET", keys.alias(id))) as CallbackId | null) ?? undefined;
  }

  async function personOf(id: CallbackId): Promise<PersonId | undefined> {
    return ((await call("HGET", keys.callback(id), "person")) as PersonId | null) ?? undefined;
  }

  async function idsOf(person: PersonId): Promise<readonly CallbackId[]> {
    const fields = (await call("HKEYS", keys.of(person))) as string[];
    return fields.filter((field) => field.startsWith("id:")).map((field) => field.slice(3) as CallbackId);
  }

  /** The line piece by piece, for whoever seldom needs all of it: a long line costs no more than a short one. */
  async function* pieces(index: string, newestFirst = false): AsyncGenerator<readonly Waiting<CallbackId>[]> {
    const order = newestFirst ? "ZREVRANGE" : "ZRANGE";
    for (let from = 0, size = firstPiece; ; from += size, size = Math.min(largestPiece, size * 2)) {
      const found = (await call(order, index, String(from), String(from + size - 1))) as string[];
      if (found.length > 0) yield found.map(readMember);
      if (found.length < size) return;
    }
  }

  /** Those in line that ask for one nurse. The index also holds who left the line since. */
  async function askingFor(nurse: string): Promise<readonly Waiting<CallbackId>[]> {
    const asked = (await call("SMEMBERS", keys.askingFor(names.staff(nurse)))) as string[];
    const places = await Promise.all(asked.map((member) => call("ZSCORE", keys.waiting, member)));
    return asked
      .filter((_, at) => places[at] !== null)
      .toSorted((one, other) => Number(places[asked.indexOf(one)]) - Number(places[asked.indexOf(other)]))
      .map(readMember);
  }

  return { call, read, readListed, holderOf, personOf, idsOf, pieces, askingFor };
}

/** What the line must know of a callback to find the best fit without reading each: the name it has there. */
export function writeMember(id: CallbackId, request: CallbackRequest): string {
  return JSON.stringify([id, request.region, languageOf(request.locale), request.preferredNurse]);
}

export function readMember(member: string): Waiting<CallbackId> {
  const [id, region, language, preferredNurse] = JSON.parse(member);
  return { id, region, language, preferredNurse };
}

function languageOf(locale: Locale): Language {
  return locale.slice(0, 2) as Language;
}

function readHolder(fields: Fields): Callback["holder"] {
  const { nurse, name, until } = fields;
  return nurse === undefined || name === undefined ? null : { nurse, name, until: Number(until) };
}

function readFields(flat: unknown): Fields {
  const list = flat as string[];
  return Object.fromEntries(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? ""]] : [])));
}
