import type { CallbackId, Language, PersonId } from "../terms.ts";
import type {
  Callback,
  CallbackEvent,
  CallbackRequest,
  Lane,
  ListedCallback,
  Nurse,
  Outcome,
} from "./callback.ts";

/** What became of a request: a callback of its own, one more line in the one that is open, or seen before. */
export interface Opened {
  readonly kind: "opened" | "merged" | "again";
  /** The callback that holds the request now. */
  readonly id: CallbackId;
}

/**
 * A nurse's hold on one callback, until the lease runs out. Every later move shows it, and is refused unless
 * both the nurse and the token are those of the store: a token is a number that a colleague could guess.
 */
export interface Hold {
  readonly id: CallbackId;
  readonly nurse: string;
  /** Fencing token: a move with an older one is refused. */
  readonly token: string;
}

/** Which callback a nurse wants: this one, or whichever has waited longest of those she can take. */
interface Wish {
  readonly id?: CallbackId;
  /** Languages she speaks; absent: every language. */
  readonly languages?: readonly Language[];
}

/** Which callbacks to list. */
export interface Selection {
  /** Regions the nurse works for; `all` means every region. */
  readonly regions: readonly string[];
  /** `open` in the order of the queue, most urgent first; `closed` newest first. */
  readonly part: "open" | "closed";
  readonly limit?: number;
}

/** How a nurse's try to reach the parent went. */
type AttemptResult = "called" | "not_reached";

/** What a parent answered when we asked about a callback. */
export interface ParentAnswer {
  /** The same for every retry of the message that said it: an answer is noted once. */
  readonly key: string;
  /** The slot and the choice: `called=no`, `helped=better`. Never a parent's words. */
  readonly answer: string;
  /** The new promise when the parent still waits: the callback is in line for today again; null when not. */
  readonly again: { readonly promisedAt: number } | null;
}

/** Tells the console that something about a callback changed, so that it can be read again. */
export interface Change {
  readonly id: CallbackId;
  readonly kind: CallbackEvent["kind"];
  readonly region: string;
}

/**
 * Who waits for a nurse.
 *
 * A callback is opened once, however often its request arrives, and never leaves but by being closed. One
 * person has at most one open callback: a repeat joins it and can only raise its lane. A nurse holds one by
 * a lease; when that runs out it is back in line by itself, and whoever held it is refused with
 * `escalation.not-holder`. All times of leases and history are the store's, never a process's.
 *
 * Every method throws `storage.unavailable` when the store cannot be reached; whatever it then did or did
 * not do, the same call may be made again.
 */
export interface CallbackQueue {
  /** Puts a request in line, once per id, and only resolves when that survives a crash. */
  open(id: CallbackId, request: CallbackRequest): Promise<Opened>;

  /** Lists callbacks, as they stand, with repeats joined in. */
  list(selection: Selection): Promise<readonly ListedCallback[]>;

  /** Finds a callback by its own id or by that of a request that joined it. */
  find(id: CallbackId): Promise<Callback | undefined>;

  /** Finds every callback of a person that is still kept, the open one first. */
  findOf(person: PersonId): Promise<readonly Callback[]>;

  /** Counts open callbacks of a region, or of every one (`all`): all, and those that go before a new one of this lane. */
  load(region: string, lane: Lane, now: number): Promise<{ readonly open: number; readonly ahead: number }>;

  /**
   * Gives a nurse one callback to herself, or undefined when none waits that she can take.
   *
   * Without an id: her own parents first (`preferredNurse`), then the order of the queue; parents who asked
   * for another nurse come last.
   *
   * @throws {KnownError} `escalation.not-found` for an id that is unknown or of another region;
   *   `escalation.already-claimed` when another nurse holds it or it is closed.
   */
  claim(nurse: Nurse, wish?: Wish): Promise<Held | undefined>;

  /** Lengthens the lease. Gives the time it now ends. */
  renew(hold: Hold): Promise<number>;

  /** Puts the callback back in line; `notBefore` keeps it from best-fit claims until then. */
  release(hold: Hold, notBefore?: number): Promise<void>;

  /** Notes a try to reach the parent, and keeps the hold. */
  attempt(hold: Hold, result: AttemptResult): Promise<void>;

  /** Gives the hold to another nurse, who works with the new token from then on. */
  handover(hold: Hold, to: Nurse): Promise<Held>;

  /**
   * Ends a callback.
   *
   * @throws {KnownError} `escalation.outcome-missing` unless the outcome is named and the parent informed.
   */
  close(hold: Hold, ending: { readonly outcome: Outcome; readonly parentInformed: boolean }): Promise<void>;

  /**
   * Undoes a wrong close within a day: the callback is back in line where it stood.
   *
   * @throws {KnownError} `escalation.not-found` later than that, or when the person has a newer one open.
   */
  reopen(id: CallbackId, nurse: Nurse): Promise<void>;

  /** Takes it back for the parent, whoever holds it. Does nothing when it is closed already. */
  withdraw(id: CallbackId): Promise<boolean>;

  /**
   * Notes what the parent answered, once per key. With `again` the callback is open, in the lane `today` and
   * under the new promise afterwards, whoever closed or holds it; when the person has a newer one open, that
   * one is raised instead.
   *
   * @returns false for a callback that is kept no longer.
   */
  answer(id: CallbackId, answer: ParentAnswer): Promise<boolean>;

  /** Notes that a message to the parent did not arrive, once per key. Does nothing for one that is kept no longer. */
  undelivered(id: CallbackId, key: string, became: "waits" | "lost"): Promise<void>;

  /**
   * Deletes every callback of a person, open ones too, whoever holds them; the console hears of each.
   *
   * @returns how many there were.
   */
  forget(person: PersonId): Promise<number>;

  /** Returns lapsed holds to the line and marks promises that broke, each once; raises their lanes. */
  tick(now: number): Promise<Lapses>;

  /** Calls `hear` after every change, of whichever process, until the returned function is called. */
  changes(hear: (change: Change) => void): Promise<() => Promise<void>>;
}

/** A callback together with the hold on it. */
export interface Held {
  readonly callback: Callback;
  readonly hold: Hold;
}

/** What the passing of time did. */
interface Lapses {
  readonly expired: readonly CallbackId[];
  readonly breached: readonly Callback[];
}
