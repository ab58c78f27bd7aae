import type { PersonId } from "../terms.ts";

/**
 * Which names on a channel stand for one person.
 *
 * A channel may know someone by more than one name, and names change hands: a telephone number that was given
 * up belongs to a stranger some months later, who must not meet the conversation of whoever had it before.
 * Names are pseudonyms like persons are; who has never had two is called by their one name.
 */
export interface Aliases {
  /**
   * Finds the person behind each list of names, strongest name first. Names of a list that are not known yet
   * become names of that person.
   *
   * @throws {KnownError} `storage.unavailable`
   */
  findPersons(names: readonly (readonly PersonId[])[]): Promise<readonly PersonId[]>;

  /**
   * Lets a person go by a new name from now on; the old one stands for somebody new from then. Doing it again
   * with the same `event` changes nothing.
   *
   * @throws {KnownError} `storage.unavailable`
   */
  rename(from: PersonId, to: PersonId, event: string): Promise<void>;
}

/** For channels whose names never change, and until a person has two: the strongest name is the person. */
export const noAliases: Aliases = {
  findPersons: async (names) => names.flatMap(([strongest]) => strongest ?? []),
  rename: async () => {},
};
