/**
 * Turns a message into the numbers the trained model weighs: words, pairs, pieces of words, and concepts.
 *
 * @module
 */
import type { Word } from "./normalise.ts";
import type { Sign } from "./signs.ts";

/** Hashed features, and the weight of each. A family of features weighs as much in a short text as in a long one. */
export interface Features {
  readonly keys: Uint32Array;
  readonly values: Float32Array;
}

/** What the words themselves say. */
export function wordFeatures(words: readonly Word[]): Features {
  const texts = words.map((word) => (/^\d/.test(word.text) ? "0" : word.text));
  return joined([
    weighed(texts.map(wordFeature), 1),
    weighed(pairs(texts), 0.7),
    weighed(pieces(texts), 1.2),
  ]);
}

const wordFeature = (word: string) => `w ${word}`;

/** The feature of a word alone. */
export const keyOfWord = (word: string): number => hash(wordFeature(word));

/** What the words mean, the same in every language. */
export function meaningFeatures(signs: readonly Sign[]): Features {
  return weighed(meanings(signs), 1.8);
}

export function joined(families: readonly Features[]): Features {
  const length = families.reduce((sum, { keys }) => sum + keys.length, 0);
  const all = { keys: new Uint32Array(length), values: new Float32Array(length) };
  let at = 0;
  for (const { keys, values } of families) {
    all.keys.set(keys, at);
    all.values.set(values, at);
    at += keys.length;
  }
  return all;
}

function weighed(family: readonly string[], weight: number): Features {
  const seen = new Set<number>();
  for (const feature of family) seen.add(hash(feature));
  const keys = Uint32Array.from(seen);
  return { keys, values: new Float32Array(keys.length).fill(weight / Math.sqrt(Math.max(1, keys.length))) };
}

function pairs(texts: readonly string[]): string[] {
  return texts.slice(1).map((text, at) => `p ${texts[at]} ${text}`);
}

function pieces(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const padded = `_${text}_`;
    const found: string[] = [];
    for (const length of [3, 4, 5]) {
      for (let start = 0; start + length <= padded.length; start += 1)
        found.push(`c ${padded.slice(start, start + length)}`);
    }
    return found;
  });
}

/** Most concepts paired: past this, pairs say nothing more. */
const mostPaired = 14;

function meanings(signs: readonly Sign[]): string[] {
  const names = [...new Set(signs.map(nameOf))].sort();
  const first = names.slice(0, mostPaired);
  return [
    ...names.map((name) => `k ${name}`),
    ...first.flatMap((a, at) => first.slice(at + 1).map((b) => `k ${a} ${b}`)),
  ];
}

/** How a sign is called in a trace and in the model. */
export const nameOf = (sign: Sign) => `${sign.concept}${sign.denied ? "-" : ""}`;

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
