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
  const texts = words.map((word) => (isNumber(word.text) ? "0" : word.text));
  return joined([weighed(texts.map(keyOfWord), 1), weighed(pairs(texts), 0.7), weighed(pieces(texts), 1.2)]);
}

const isNumber = (text: string) => text >= "0" && text < ":";

/** The feature of a word alone. */
export const keyOfWord = (word: string): number => hash(word, ofWord) >>> 0;

/** What the words mean, the same in every language. */
export function meaningFeatures(signs: readonly Sign[]): Features {
  const names = [...new Set(signs.map(nameOf))].sort();
  return joined([
    weighed(
      names.map((name) => hash(name, ofMeaning)),
      1.8,
    ),
    weighed(meaningPairs(names), 0.9),
  ]);
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

function weighed(family: readonly number[], weight: number): Features {
  const keys = Uint32Array.from(new Set(Uint32Array.from(family)));
  return { keys, values: new Float32Array(keys.length).fill(weight / Math.sqrt(Math.max(1, keys.length))) };
}

function pairs(texts: readonly string[]): number[] {
  return texts.slice(1).map((text, at) => hash(text, hash(" ", hash(texts[at] ?? "", ofPair))));
}

const shortestPiece = 3;
const longestPiece = 5;
const edge = "_".charCodeAt(0);

/** Every three to five letters in a row, the edges of the word among them. */
function pieces(texts: readonly string[]): number[] {
  const found: number[] = [];
  for (const text of texts) {
    const letterAt = (at: number) => (at === 0 || at > text.length ? edge : text.charCodeAt(at - 1));
    for (let start = 0; start + shortestPiece <= text.length + 2; start += 1) {
      const end = Math.min(start + longestPiece, text.length + 2);
      let value = ofPiece;
      for (let at = start; at < end; at += 1) {
        value = mixed(value, letterAt(at));
        if (at - start >= shortestPiece - 1) found.push(value);
      }
    }
  }
  return found;
}

/** Most concepts paired: past this, pairs say nothing more. */
const mostPaired = 14;

function meaningPairs(names: readonly string[]): number[] {
  const first = names.slice(0, mostPaired);
  return first.flatMap((a, at) => {
    const before = hash(" ", hash(a, ofMeaning));
    return first.slice(at + 1).map((b) => hash(b, before));
  });
}

/** How a sign is called in a trace and in the model. */
export const nameOf = (sign: Sign) => `${sign.concept}${sign.denied ? "-" : ""}`;

/** FNV-1a over UTF-16 units, going on from what came before. */
function hash(text: string, from: number): number {
  let value = from;
  for (let at = 0; at < text.length; at += 1) value = mixed(value, text.charCodeAt(at));
  return value;
}

function mixed(value: number, unit: number): number {
  return Math.imul(value ^ unit, 0x01000193);
}

const nothing = 0x811c9dc5;
const ofWord = hash("w ", nothing);
const ofPair = hash("p ", nothing);
const ofPiece = hash("c ", nothing);
const ofMeaning = hash("k ", nothing);
