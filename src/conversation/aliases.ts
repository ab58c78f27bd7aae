import type { PersonId } from "../terms.ts";

/**
 * Which names on a channel stand for which person.
 *
 * Nearly everyone is called by the one name they always had. But names change hands: a telephone number that
 * was given up belongs to a stranger some months later, who must not meet the conversation of whoever had it
 * before. Names are pseudonyms, like persons are.
 */
export interface Aliases {
  /**
   * Finds the person behind each name.
   *
   * @throws {KnownError} `storage.unavailable`
   */
  findPersons(names: readonly PersonId[]): Promise<readonly PersonId[]>;

  /**
   * Lets a person go by a new name from now on; the old one stands for somebody new from then. Doing it again
   * with the same `event` changes nothing.
   *
   * @throws {KnownError} `storage.unavailable`
   */
  rename(from: PersonId, to: PersonId, event: string): Promise<void>;
}
