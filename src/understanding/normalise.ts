/**
 * Makes words comparable across keyboards: no capitals, no diacritics, no apostrophes, no stretched letters.
 *
 * @module
 */

/** More than this is cut before anything is looked at, so that no message can cost much. */
export const longestRead = 4096;

/** One word with where it stands. A sentence ends at a full stop or a line break, a clause also at a comma. */
export interface Word {
  readonly text: string;
  readonly sentence: number;
  readonly clause: number;
}

const letters: Readonly<Record<string, string>> = {
  ł: "l",
  ı: "i",
  ø: "o",
  đ: "d",
  ß: "ss",
  æ: "ae",
  œ: "oe",
};
const piece = /[\p{L}\p{M}]+|\d+(?:[.,:]\d+)?|\p{Extended_Pictographic}|[.!?;\n…]+|,/gu;

const isPlain = /^(?:([a-z0-9 *,.-])(?!\1\1))*$/;

/** Folds text to plain lower-case letters. Turkish `I`, `İ`, `ı` and `i` become one letter: people mix them. */
export function fold(text: string): string {
  return foldAll(text.slice(0, longestRead));
}

/** The same for text of our own, however long. */
export function foldAll(text: string): string {
  if (isPlain.test(text)) return text;
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[łıøđßæœ]/g, (letter) => letters[letter] ?? letter)
    .replace(/(?<=\p{L})['’`´ʼ]+(?=\p{L})/gu, "")
    .replace(/(\p{L})\1{2,}/gu, "$1");
}

/** The words of a message, in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let sentence = 0;
  let clause = 0;
  for (const [part] of fold(text).matchAll(piece)) {
    if (part === ",") clause += 1;
    else if (/^[.!?;\n…]/.test(part)) {
      clause += 1;
      sentence += 1;
    } else words.push({ text: part, sentence, clause });
  }
  return words;
}
