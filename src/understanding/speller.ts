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
  const bySound = indexBySound(plain.filter((pattern) => coreOf(pattern).length >= shortestBySound));
  const byLetter = indexByLetter(plain.filter((pattern) => coreOf(pattern).length >= shortestByLetter));
  return (word) => {
    const sounding = alike(soundOf(word), shortestBySound, bySound);
    return sounding.length > 0
      ? sounding
      : alike(word, shortestByLetter, byLetter).filter((pattern) => pattern[0] === word[0]);
  };
}

/** Gives the patterns that may be meant by a word, or by the beginning of one. */
type Index = (part: string) => readonly string[];

const coreOf = (pattern: string) => pattern.replace("*", "");

function indexBySound(patterns: readonly string[]): Index {
  const found = new Map<string, string[]>();
  for (const pattern of patterns) {
    const sound = soundOf(coreOf(pattern));
    const same = found.get(sound);
    if (same) same.push(pattern);
    else found.set(sound, [pattern]);
  }
  return (part) => found.get(part) ?? [];
}

/**
 * Two words one edit apart are the same once the right letter is left out of either. There are ten such forms of
 * every pattern, so they are known by a number each, in one table.
 */
function indexByLetter(patterns: readonly string[]): Index {
  const forms = patterns.map((pattern) => formsOf(coreOf(pattern)));
  const count = forms.reduce((sum, { length }) => sum + length, 0);
  const mask = 2 ** Math.ceil(Math.log2(count * 2 + 1)) - 1;
  const slots = new Uint32Array(mask + 1);
  const keys = new Uint32Array(count + 1);
  const owners = new Uint32Array(count + 1);
  const next = new Uint32Array(count + 1);
  let row = 0;
  forms.forEach((ofOne, owner) => {
    for (const key of ofOne) {
      row += 1;
      keys[row] = key;
      owners[row] = owner;
      next[row] = slots[key & mask] ?? 0;
      slots[key & mask] = row;
    }
  });
  return (part) => {
    const found = new Set<string>();
    for (const key of formsOf(part)) {
      for (let at = slots[key & mask] ?? 0; at !== 0; at = next[at] ?? 0) {
        const pattern = keys[at] === key ? patterns[owners[at] ?? 0] : undefined;
        if (pattern !== undefined) found.add(pattern);
      }
    }
    return [...found];
  };
}

/** A number for the word, and one for the word without each of its letters in turn. */
function formsOf(word: string): Uint32Array {
  const forms = new Uint32Array(word.length + 1);
  for (let left = 0; left <= word.length; left += 1) {
    let key = 0x811c9dc5;
    for (let at = 0; at < word.length; at += 1)
      if (at !== left) key = Math.imul(key ^ word.charCodeAt(at), 0x01000193);
    forms[left] = key;
  }
  return forms;
}

/** Patterns that the word, or for a pattern with `*` a beginning of it, may stand for. */
function alike(word: string, shortest: number, known: Index): string[] {
  const found = new Set(known(word));
  for (let end = shortest - 1; end < word.length; end += 1)
    for (const pattern of known(word.slice(0, end))) if (pattern.endsWith("*")) found.add(pattern);
  return [...found];
}
