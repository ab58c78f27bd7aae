/**
 * Finds what a misspelt word was meant to be: first by sound, then by one letter too many, too few, wrong or swapped.
 *
 * @module
 */
import { soundOf } from "./sound.ts";

/** Shorter words have too many neighbours to guess between. */
const shortestBySound = 6;
const shortestByLetter = 7;

/** Built from the patterns of the lexicon: whole words, and beginnings that end in `*`. */
export function createSpeller(patterns: ReadonlySet<string>): (word: string) => string[] {
  const plain = [...patterns].filter((pattern) => !pattern.startsWith("*"));
  const bySound = index(plain, shortestBySound, (core) => [soundOf(core)]);
  const byLetter = index(plain, shortestByLetter, (core) => [core, ...shortened(core)]);
  return (word) => {
    const sounding = alike(soundOf(word), shortestBySound, bySound, (part) => [part]);
    return sounding.length > 0
      ? sounding
      : alike(word, shortestByLetter, byLetter, (part) => [part, ...shortened(part)]);
  };
}

type Index = ReadonlyMap<string, readonly string[]>;

function index(patterns: readonly string[], shortest: number, formsOf: (core: string) => string[]): Index {
  const found = new Map<string, string[]>();
  for (const pattern of patterns) {
    const core = pattern.replace("*", "");
    if (core.length < shortest) continue;
    for (const form of formsOf(core)) {
      const same = found.get(form);
      if (same) same.push(pattern);
      else found.set(form, [pattern]);
    }
  }
  return found;
}

/** Patterns that the word, or for a pattern with `*` a beginning of it, may stand for. */
function alike(word: string, shortest: number, known: Index, formsOf: (part: string) => string[]): string[] {
  const found = new Set(formsOf(word).flatMap((form) => known.get(form) ?? []));
  for (let end = shortest - 1; end < word.length; end += 1) {
    for (const form of formsOf(word.slice(0, end))) {
      for (const pattern of known.get(form) ?? []) if (pattern.endsWith("*")) found.add(pattern);
    }
  }
  return [...found].filter((pattern) => pattern[0] === word[0] || shortest === shortestBySound);
}

/** The word with each letter left out in turn. Two words one edit apart meet in one of these. */
function shortened(word: string): string[] {
  return Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
}
