import type { CallbackId, ChannelName, Locale, PersonId } from "../terms.ts";

/**
 * What is due at a time.
 *
 * `tell-outcome`: how a callback ended. `were-you-called`: asked after the promised time. `check-back`:
 * "did it help?", only for parents who asked for it, with or without a callback.
 */
type TimerKind = "tell-outcome" | "were-you-called" | "check-back";

/** Something to say to a person later. Holds where to and in which locale, and nothing of what it is about. */
export interface Timer {
  /** The same for every try to set it: `were-you-called:<callback>`. Unguessable parts only. */
  readonly id: string;
  readonly kind: TimerKind;
  readonly dueAt: number;
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly locale: Locale;
  readonly callback: CallbackId | null;
}

/** A due timer that this process alone carries out, until the lease runs out. */
export interface DueTimer extends Timer {
  readonly token: string;
  /** How often it was claimed before without an end. */
  readonly attempts: number;
}

/**
 * Timers that survive every crash: set once per id, claimed by one process at a time, gone when done.
 *
 * A process that dies with a claim gives it back by the end of its lease, so a timer is carried out at
 * least once; what it puts in line carries the timer's id as its key, so it is said at most once.
 */
export interface Timers {
  /** Sets a timer, or moves the one with the same id to another time. */
  set(timer: Timer): Promise<void>;
  /** Takes a timer back. Does nothing when it is gone. */
  cancel(id: string): Promise<void>;
  /** Gives the longest due timer, or undefined when none is due. */
  claim(): Promise<DueTimer | undefined>;
  /** Ends a claimed timer, unless it was set again meanwhile. */
  done(timer: DueTimer): Promise<void>;
  /** Puts a claimed timer off, unless it was set again meanwhile. */
  putOff(timer: DueTimer, dueAt: number): Promise<void>;
}
