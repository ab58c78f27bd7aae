import type { Place } from "../dialog/dialog.ts";
import type { CallbackId, ChannelName, Locale, PersonId } from "../terms.ts";

/** A message of a nurse's or ours that could not be sent yet: it is said before the next reply. */
export interface Parked {
  /** Which of our texts it is. */
  readonly text: string;
  readonly words: string;
  readonly at: number;
}

/**
 * What is remembered of a person between two messages, and nothing more.
 *
 * Plain data that survives `JSON.stringify`; storage keeps it encrypted, for 30 days after the last message.
 */
export interface Conversation {
  /** Version of this shape; storage migrates older ones. */
  readonly v: 1;
  readonly person: PersonId;
  readonly channel: ChannelName;
  readonly locale: Locale;
  /** True once the person chose the locale, or wrote enough in it; a sure detection no longer switches it. */
  readonly localeChosen: boolean;
  /** Where the person waits: a stack, the innermost dialog last. Empty before the first screen. */
  readonly place: Place;
  /** What was chosen so far, by slot: choice ids and numbers. */
  readonly slots: Readonly<Record<string, string>>;
  /** Words the parent wants passed on, by slot. Dropped when sent, refused, or a day old. */
  readonly said: Readonly<Record<string, string>>;
  /** The choice ids of the last reply, in the order shown, so that "2" and typed labels can be read. */
  readonly offered: readonly string[];
  /** Counts the turns; part of the wire id of every choice. */
  readonly turn: number;
  readonly ageMonths: number | null;
  /** Traces of the last messages (concept names, never words) with their times, for signs split over messages. */
  readonly traces: readonly { readonly trace: string; readonly at: number }[];
  /** Where the person was, as `dialog:node` or `dialog:node=choice`, the last forty: the nurse's transcript. */
  readonly path: readonly string[];
  /** The callback that is open for this person. */
  readonly callback: CallbackId | null;
  /** Where replies go, as the channel wrote it; for messages of our own (a nurse's, a check-back). */
  readonly address: string;
  /** When the person last wrote, in milliseconds since 1970. */
  readonly lastInboundAt: number;
  /** How often the first screen was shown, and when last: the returning screen is shorter (R-A3). */
  readonly greetedAt: number | null;
  /** What waits for the person to write; absent when nothing does. */
  readonly parked?: readonly Parked[];
}
