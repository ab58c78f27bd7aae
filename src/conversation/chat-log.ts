import type { Private } from "../privacy/private.ts";
import type { PersonId } from "../terms.ts";

/** One activity of a web chat, numbered by the server. */
export interface ChatEntry {
  /** 1, 2, 3 … in the order of arrival. A number is never given twice; one that expired leaves a gap. */
  readonly sequence: number;
  /** When it was appended, in milliseconds since 1970. */
  readonly at: number;
  /** The activity as JSON. Kept encrypted: it may hold what a person wrote. */
  readonly activity: Private<string>;
}

/** An activity on its way into a chat, with the time after which it is gone. */
export interface NewChatEntry {
  readonly activity: Private<string>;
  readonly lifetimeMilliseconds: number;
}

/**
 * What was said in each web chat, for as long as a browser may still have to fetch it.
 *
 * A person has one chat. Every process of the service sees the same numbers in the same order. A chat
 * lives 30 days from its last entry; each entry has its own, mostly far shorter, lifetime.
 */
export interface ChatLog {
  /** Opens the person's chat. Harmless when it is open. @returns whether it was not open before. */
  open(person: PersonId): Promise<boolean>;

  /** The number of the last entry, 0 for an empty chat, undefined when no chat is open. */
  head(person: PersonId): Promise<number | undefined>;

  /**
   * Appends entries in one atomic move, once per key: the same key again appends nothing and gives the
   * numbers of the first time, for at least a day.
   *
   * @returns the number of each entry, or undefined when no chat is open.
   */
  append(
    person: PersonId,
    key: string,
    entries: readonly NewChatEntry[],
  ): Promise<readonly number[] | undefined>;

  /** The entries after a number that have not expired, in order, with the head; undefined when no chat is open. */
  read(
    person: PersonId,
    after: number,
  ): Promise<{ readonly entries: readonly ChatEntry[]; readonly head: number } | undefined>;

  /** The number of the first entry appended under a key, undefined when there is none. */
  find(person: PersonId, key: string): Promise<number | undefined>;

  /** Shortens the life of the first entry under a key to this many milliseconds from now; never lengthens it. */
  fade(person: PersonId, key: string, milliseconds: number): Promise<void>;

  /** Deletes the chat and all in it. */
  forget(person: PersonId): Promise<void>;

  /**
   * Calls back after every append to the chat, by whatever process, and after a lost connection to storage
   * came back. It says that there may be something to read, and brings what this process itself appended.
   *
   * @returns a function that ends it.
   */
  subscribe(
    person: PersonId,
    changed: (appended?: readonly ChatEntry[]) => void,
  ): Promise<() => Promise<void>>;
}
