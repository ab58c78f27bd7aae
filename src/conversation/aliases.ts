import type { PersonId } from "../terms.ts";

/** That a name changed: what told of it, and from when on it holds. */
interface NameChange {
  readonly id: string;
  readonly at: number;
}

/**
 * Which names on a channel stand for which person.
 *
 * Nearly everyone is called by the one name they always had. But names change hands: a telephone number that
 * was given up belongs to a stranger some months later, who must not meet the conversation of whoever had it
 * before. Names are pseudonyms, like persons are.
 */
export interface Aliases {
  /**
   * Finds the person a name stood for at each of these times: a message may be brought long after it was written.
   *
   * @throws {KnownError} `storage.unavailable`
   */
  findPersons(name: PersonId, times: readonly number[]): Promise<readonly PersonId[]>;

  /**
   * Lets a person go by a new name from a time on; the old one stands for somebody new from then. Doing it again
   * with the same event changes nothing.
   *
   * @throws {KnownError} `storage.unavailable`
   */
  rename(from: PersonId, to: PersonId, event: NameChange): Promise<void>;
}
