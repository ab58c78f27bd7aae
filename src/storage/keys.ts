/**
 * Every key Naast has in Redis, with its lifetime. No other file makes one.
 *
 * What belongs to one person shares a hash tag (`{p00}` to `{p63}`), and so do all callbacks (`{cb}`): one
 * atomic move touches keys of one tag only, which is what lets the same scripts run on a cluster.
 *
 * @module
 */
import { retention } from "../privacy/retention.ts";
import type { CallbackId, PersonId } from "../terms.ts";

interface KeyClass {
  /** How such a key looks. */
  readonly form: RegExp;
  /** In milliseconds; null for those that empty themselves, with the reason. */
  readonly lifetime: number | null;
  readonly why?: string;
}

const name = "[A-Za-z0-9_-]+";
const inPartition = (kind: string, owned = true): RegExp =>
  new RegExp(`^\\{p\\d\\d\\}:${kind}${owned ? `:${name}` : ""}$`);
const ofCallbacks = (kind: string, owned = true): RegExp =>
  new RegExp(`^\\{cb\\}:${kind}${owned ? `:${name}` : ""}$`);

/** The table. `keyClassOf` finds a key's row; a test scans a used Redis and looks every key up. */
export const keyClasses = {
  seen: { form: inPartition("seen"), lifetime: retention.seen },
  inbox: { form: inPartition("inbox"), lifetime: retention.inbound },
  conversation: { form: inPartition("conversation"), lifetime: retention.conversation },
  salt: { form: inPartition("salt"), lifetime: retention.conversation },
  outbox: { form: inPartition("outbox"), lifetime: retention.outbox },
  outgoing: { form: inPartition("outgoing"), lifetime: retention.outbox },
  done: { form: inPartition("done"), lifetime: retention.done },
  transit: { form: inPartition("transit"), lifetime: retention.outbox },
  dead: { form: inPartition("dead", false), lifetime: retention.deadLetter },
  shown: { form: inPartition("shown"), lifetime: retention.seen },
  name: { form: inPartition("name"), lifetime: retention.name },
  chat: { form: inPartition("chat"), lifetime: retention.chat },
  chatIndex: { form: inPartition("chat-index"), lifetime: retention.chat },
  chatPart: { form: /^\{p\d\d\}:chat-part:[A-Za-z0-9_-]+:[A-Za-z0-9_-]+\.\d+$/, lifetime: retention.chat },
  ready: {
    form: inPartition("ready", false),
    lifetime: null,
    why: "a person leaves with their last message",
  },
  leases: { form: inPartition("leases", false), lifetime: null, why: "a lease leaves with its commit" },
  attempts: { form: inPartition("attempts", false), lifetime: null, why: "a count leaves with its commit" },
  outready: {
    form: inPartition("outready", false),
    lifetime: null,
    why: "a person leaves with the last reply",
  },
  outleases: {
    form: inPartition("outleases", false),
    lifetime: null,
    why: "a lease leaves when it is settled",
  },
  fence: { form: inPartition("fence", false), lifetime: null, why: "one number, which may never fall" },
  intents: { form: inPartition("intents", false), lifetime: null, why: "no callback may be lost" },
  callback: { form: ofCallbacks("callback"), lifetime: null, why: "open ones stay; closed ones get 30 days" },
  history: { form: ofCallbacks("history"), lifetime: null, why: "goes with its callback" },
  callbacksOf: { form: ofCallbacks("of"), lifetime: null, why: "open ones stay; closed ones get 30 days" },
  alias: { form: ofCallbacks("alias"), lifetime: retention.requestSeen },
  phone: { form: ofCallbacks("phone"), lifetime: retention.samePhone },
  open: { form: ofCallbacks("open", false), lifetime: null, why: "a callback leaves when it is closed" },
  waiting: {
    form: ofCallbacks("waiting", false),
    lifetime: null,
    why: "a callback leaves when it is claimed",
  },
  holds: { form: ofCallbacks("holds", false), lifetime: null, why: "a hold leaves when it ends" },
  promises: {
    form: ofCallbacks("promises", false),
    lifetime: null,
    why: "a promise leaves when kept or broken",
  },
  closed: { form: ofCallbacks("closed", false), lifetime: retention.closedCallback },
  askingFor: { form: ofCallbacks("asking-for"), lifetime: retention.requestSeen },
  notes: { form: ofCallbacks("notes"), lifetime: retention.closedCallback },
  readings: { form: ofCallbacks("readings"), lifetime: retention.readings },
  timersDue: { form: /^\{timers\}:due$/, lifetime: null, why: "a timer leaves when it is done" },
  timer: { form: /^\{timers\}:timer:[\w-]+$/, lifetime: retention.longestTimer },
  processes: { form: /^\{processes\}:listed$/, lifetime: retention.process },
  probe: { form: /^\{(p\d\d|cb)\}:probe$/, lifetime: retention.probe },
  ticket: { form: /^ticket:[\w-]+$/, lifetime: retention.signInLink },
  session: { form: /^session:/, lifetime: retention.consoleSession },
  rate: { form: /^rate:/, lifetime: retention.rate },
} as const satisfies Record<string, KeyClass>;

export type KeyClassName = keyof typeof keyClasses;

const partitionCount = 64;

/** The tags of all partitions, in order. */
export const partitions: readonly string[] = Array.from({ length: partitionCount }, (_, at) => tag(at));

const sharedKeys = new Map(partitions.map((partition) => [partition, partitionKeys(partition)]));

/** Finds the row of a key, or undefined for a key nobody declared. */
export function keyClassOf(key: string): KeyClassName | undefined {
  const found = Object.entries(keyClasses).find(([, { form }]) => form.test(key));
  return found?.[0] as KeyClassName | undefined;
}

/** Gives the tag of the partition that holds everything of one owner. */
export function partitionOf(owner: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < owner.length; at += 1) {
    hash = Math.imul(hash ^ owner.charCodeAt(at), 0x01000193);
  }
  return tag((hash >>> 0) % partitionCount);
}

/** The keys a whole partition shares. */
export function partitionKeys(partition: string) {
  const key = (kind: string): string => `${partition}:${kind}`;
  return {
    ready: key("ready"),
    leases: key("leases"),
    attempts: key("attempts"),
    outready: key("outready"),
    outleases: key("outleases"),
    fence: key("fence"),
    intents: key("intents"),
    dead: key("dead"),
  };
}

/** The keys of one person. Each is only made when it is asked for: a busy second asks for a hundred thousand. */
export function personKeys(person: PersonId) {
  const partition = partitionOf(person);
  const key = (kind: string): string => `${partition}:${kind}:${person}`;
  return {
    get inbox() {
      return key("inbox");
    },
    get conversation() {
      return key("conversation");
    },
    get salt() {
      return key("salt");
    },
    get outbox() {
      return key("outbox");
    },
    get outgoing() {
      return key("outgoing");
    },
    get done() {
      return key("done");
    },
    get transit() {
      return key("transit");
    },
    get chat() {
      return key("chat");
    },
    get chatIndex() {
      return key("chat-index");
    },
    chatPart: (part: string): string => `${key("chat-part")}:${part}`,
    /** Message names are hashes; nothing in this key leads back to the person. */
    seen: (message: string): string => `${partition}:seen:${message}`,
    /** The keys of their partition. */
    shared: sharedKeys.get(partition) ?? partitionKeys(partition),
  };
}

/** Where it stands whom a name stands for, once it changed hands. */
export function nameKey(name: PersonId): string {
  return `${partitionOf(name)}:name:${name}`;
}

/** Where it stands which card was shown for a message while Redis was away. */
export function shownKey(message: string): string {
  return `${partitionOf(message)}:shown:${message}`;
}

/** Where it stands which processes take turns, and on which server each is subscribed. */
export const processesKey = "{processes}:listed";

/** What is written to find out whether anything can be. */
export function probeKey(tag: string): string {
  return `${tag}:probe`;
}

/** The keys all callbacks share. */
export const callbackKeys = {
  open: "{cb}:open",
  waiting: "{cb}:waiting",
  holds: "{cb}:holds",
  promises: "{cb}:promises",
  closed: "{cb}:closed",
  callback: (id: CallbackId): string => `{cb}:callback:${id}`,
  history: (id: CallbackId): string => `{cb}:history:${id}`,
  alias: (id: CallbackId): string => `{cb}:alias:${id}`,
  of: (person: PersonId): string => `{cb}:of:${person}`,
  notes: (id: CallbackId): string => `{cb}:notes:${id}`,
  readings: (reader: string): string => `{cb}:readings:${reader}`,
  phone: (hash: string): string => `{cb}:phone:${hash}`,
  /** By pseudonym, as readings are: a sign-in may name nurses by their names. */
  askingFor: (nurse: string): string => `{cb}:asking-for:${nurse}`,
} as const;

/** The keys all timers share. `claim-timer.lua` makes the same names. */
export const timerKeys = {
  due: "{timers}:due",
  timer: (id: string): string => `{timers}:timer:${id}`,
} as const;

/** Pub/sub channels: they hold nothing, so they have no lifetime. */
export const signals = {
  /** A message or reply of this person may be due, for processes other than the one that wrote it. */
  due: "naast:due",
  callbacks: "naast:callbacks",
  /** What is kept of this person outside of Redis is to be forgotten by every process. */
  forgotten: "naast:forgotten",
  chat: (person: PersonId): string => `naast:chat:${person}`,
  /** Says nothing: that somebody hears it is what tells that this process lives. */
  alive: (process: string): string => `naast:alive:${process}`,
} as const;

function tag(at: number): string {
  return `{p${String(at).padStart(2, "0")}}`;
}
