import type { CallbackNotes } from "../escalation/callback-notes.ts";
import type { CallbackQueue } from "../escalation/callback-queue.ts";
import type { Organisation } from "../escalation/organisation.ts";
import type { Readings } from "../escalation/readings.ts";
import type { Timers } from "../escalation/timers.ts";
import type { Clock, Language } from "../terms.ts";
import type { Actor } from "./actor.ts";
import type { Audit } from "./audit.ts";
import type { ParentLine } from "./parent.ts";
import type { Line } from "./show-callback.ts";

/** All that the console needs of the world around it. */
export interface ConsoleWorld {
  readonly queue: CallbackQueue;
  readonly notes: CallbackNotes;
  readonly timers: Timers;
  readonly audit: Audit;
  readonly parent: ParentLine;
  readonly organisation: Organisation;
  /** Tells what was said on a path of `dialog:node` pairs, in the reader's language. */
  readonly transcript: (path: readonly string[], language: Language) => readonly Line[];
  /** Everyone who is signed in now. */
  readonly signedIn: () => Promise<readonly Actor[]>;
  /** Ends every session of an account, at once, wherever it is. Gives how many there were. */
  readonly signOut: (account: string) => Promise<number>;
  readonly readings: Readings;
  /** Tells whoever must know that somebody opened unusually many requests: how many, and nothing of whom. */
  readonly alert: (opened: number) => Promise<void>;
  readonly clock: Clock;
  /** Names this process in the access record. */
  readonly instance: string;
}
