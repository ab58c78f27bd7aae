import type { Language } from "../terms.ts";
import { countSyllables, type KnownSyllables } from "./syllables.ts";

/** What can be counted of a text. */
export interface Measures {
  readonly words: number;
  readonly sentences: number;
  readonly longestSentence: number;
  /** The words of that sentence. */
  readonly longest: string;
  /** The most sentences that stand in one line: a line is what a person reads without a pause. */
  readonly mostInLine: number;
  /** Words to a sentence. */
  readonly sentenceLength: number;
  /** Syllables to a word, of the words that have letters. */
  readonly wordLength: number;
  /** The share of words of four syllables or more, in percent. */
  readonly hardWords: number;
}

/** One score of a text by a formula of its language, and what it must reach. */
export interface Score {
  readonly formula: string;
  readonly value: number;
  readonly gate: number;
  readonly lowerIsEasier: boolean;
  readonly reached: boolean;
}

/** Below this many words a formula tells noise. */
export const fewestScoredWords = 30;

const hardFrom = 4;

/**
 * Counts what a text of one language asks of its reader.
 *
 * A sentence ends at `. ? ! ; …` before a space, and at the end of a line; the point in `19.30` and in the
 * Turkish `2. hafta` ends none. A place such as `{{when}}` counts as one word.
 */
export function measure(text: string, language: Language, known: KnownSyllables): Measures {
  const lines = text.split("\n").map(sentencesOf);
  const sentences = lines.flat();
  const words = sentences.flat();
  const syllables = words
    .filter((word) => !word.includes("{{"))
    .map((word) => countSyllables(word, language, known))
    .filter((count) => count > 0);
  const longest = sentences.reduce<readonly string[]>(
    (most, one) => (one.length > most.length ? one : most),
    [],
  );
  return {
    words: words.length,
    sentences: sentences.length,
    longestSentence: longest.length,
    longest: longest.join(" "),
    mostInLine: Math.max(0, ...lines.map((line) => line.length)),
    sentenceLength: ratio(words.length, sentences.length),
    wordLength: ratio(
      syllables.reduce((sum, count) => sum + count, 0),
      syllables.length,
    ),
    hardWords: 100 * ratio(syllables.filter((count) => count >= hardFrom).length, words.length),
  };
}

/**
 * Scores what was counted by the two formulas of the language, the first being the one authors aim for.
 *
 * Formulas measure length only: they pass nonsense, and fail a name that has to be there. They are a gate
 * beside the lists of words and a reader, never instead of them.
 */
export function scores(measures: Measures, language: Language, simple: boolean): readonly Score[] {
  return formulas[language].map(({ name, of, standard, simple: easier, lowerIsEasier = false }) => {
    const value = of(measures);
    const gate = simple ? easier : standard;
    const reached = lowerIsEasier ? value <= gate : value >= gate;
    return { formula: name, value, gate, lowerIsEasier, reached };
  });
}

interface Formula {
  readonly name: string;
  readonly of: (measures: Measures) => number;
  readonly standard: number;
  readonly simple: number;
  readonly lowerIsEasier?: true;
}

/** Per language: what is measured, and the gates found by scoring texts of known level. */
const formulas: Readonly<Record<Language, readonly Formula[]>> = {
  nl: [
    {
      name: "Flesch-Douma",
      of: ({ sentenceLength, wordLength }) => 206.835 - 0.93 * sentenceLength - 77 * wordLength,
      standard: 60,
      simple: 80,
    },
    {
      name: "Brouwer",
      of: ({ sentenceLength, wordLength }) => 195 - (200 / 3) * wordLength - 2 * sentenceLength,
      standard: 50,
      simple: 75,
    },
  ],
  en: [
    {
      name: "Flesch",
      of: ({ sentenceLength, wordLength }) => 206.835 - 1.015 * sentenceLength - 84.6 * wordLength,
      standard: 65,
      simple: 85,
    },
    {
      name: "Flesch-Kincaid",
      of: ({ sentenceLength, wordLength }) => 0.39 * sentenceLength + 11.8 * wordLength - 15.59,
      standard: 7,
      simple: 3.5,
      lowerIsEasier: true,
    },
  ],
  pl: [
    {
      name: "FOG-PL",
      of: ({ sentenceLength, hardWords }) => 0.4 * (sentenceLength + hardWords),
      standard: 8,
      simple: 5,
      lowerIsEasier: true,
    },
    {
      name: "Pisarek",
      of: ({ sentenceLength, hardWords }) => Math.hypot(sentenceLength, hardWords) / 2,
      standard: 8,
      simple: 4.5,
      lowerIsEasier: true,
    },
  ],
  tr: [
    {
      name: "Ateşman",
      of: ({ sentenceLength, wordLength }) => 198.825 - 40.175 * wordLength - 2.61 * sentenceLength,
      standard: 60,
      simple: 80,
    },
    {
      name: "Çetinkaya-Uzun",
      of: ({ sentenceLength, wordLength }) => 118.823 - 25.987 * wordLength - 0.971 * sentenceLength,
      standard: 38,
      simple: 45,
    },
  ],
};

/** A point or mark that ends a sentence: with a space or the end behind it, and no small letter after a figure. */
const sentenceEnd = /(?<!\d)[.?!;…]+["”’»)]*(?=\s|$)|(?<=\d)[.?!;…]+["”’»)]*(?=\s+[^\p{Ll}\s]|\s*$)/gu;

function sentencesOf(line: string): readonly (readonly string[])[] {
  return line
    .replace(/\{\{\s*(.*?)\s*\}\}/g, "{{$1}}")
    .split(sentenceEnd)
    .map((sentence) => sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)))
    .filter((words) => words.length > 0);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
