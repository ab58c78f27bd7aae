/**
 * The phrases the model learns from, and how it learns.
 *
 * @module
 */
import { type Language, languages } from "../terms.ts";
import { ageIn } from "./age.ts";
import { joined, meaningFeatures, wordFeatures } from "./features.ts";
import type { Lexicon } from "./lexicon.ts";
import { type Word, wordsOf } from "./normalise.ts";
import { ageSigns, signsIn } from "./signs.ts";
import type { HeadTraining, Lesson } from "./train.ts";
import { concernCategories, concernLevels, themes } from "./understanding.ts";

const usual = {
  temperature: 1,
  rounds: 4,
  rate: 0.12,
  decay: 1e-3,
  seenIn: 3,
  rareFirst: false,
  leftOut: 0,
  asSpelled: 0,
};

/** One line of `dialogs/understanding/phrases/`. */
export interface Phrase {
  readonly kind: "concern" | "theme" | "language";
  readonly language: Language | "other";
  readonly writer: string;
  readonly level: string;
  readonly category: string;
  readonly theme: string;
  readonly ageMonths: number | null;
  readonly text: string;
}

export const training: readonly HeadTraining[] = [
  {
    name: "level",
    labels: [...concernLevels, "question"],
    ...usual,
    rounds: 6,
    rareFirst: true,
    asSpelled: 0.3,
    mostRows: 180_000,
  },
  {
    name: "category",
    labels: concernCategories,
    ...usual,
    rounds: 6,
    rareFirst: true,
    leftOut: 0.3,
    asSpelled: 0.3,
    mostRows: 60_000,
  },
  {
    name: "theme",
    labels: themes,
    ...usual,
    seenIn: 2,
    rounds: 6,
    decay: 1e-2,
    rareFirst: true,
    leftOut: 0.3,
    asSpelled: 0.3,
    mostRows: 180_000,
  },
  { name: "language", labels: [...languages, "other"], ...usual, mostRows: 60_000 },
];

/** Reads a phrase file by its name: `concerns.nl.tsv`, `themes.pl.short.tsv`, `languages.tsv`. */
export function phrasesIn(file: string, content: string): Phrase[] {
  const [kind = "", language = ""] = file.split(".");
  return content
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => phraseOf(kind, language, line.split("\t")));
}

function phraseOf(kind: string, language: string, columns: readonly string[]): Phrase {
  const [first = "", second = "", third = "", fourth = ""] = columns;
  const blank = { writer: first, level: "", category: "", theme: "", ageMonths: null };
  if (kind === "concerns")
    return {
      ...blank,
      kind: "concern",
      language: known(language),
      level: second,
      category: third,
      text: fourth,
    };
  if (kind === "themes") {
    const ageMonths = third === "" ? null : Number(third);
    return { ...blank, kind: "theme", language: known(language), theme: second, ageMonths, text: fourth };
  }
  return { ...blank, kind: "language", writer: "", language: known(first), text: second };
}

function known(language: string): Language | "other" {
  return languages.find((one) => one === language) ?? "other";
}

/** One entry of the lexicon tells less of a language than a phrase. */
const spellingWeight = 0.4;

/** All of it is spelling. */
const whole = { meaningFrom: Number.POSITIVE_INFINITY };

/** A language is learned from the first words: that is what most first messages have. */
const opensWith = 9;

/** Every phrase twice: its first words for the language, and all of it with what it means for all else. */
export function lessonsOf(phrases: readonly Phrase[], lexicon: Lexicon): Lesson[] {
  const read = phrases.map((phrase) => {
    const words = wordsOf(phrase.text);
    return { phrase, words, spelled: wordFeatures(words) };
  });
  const isKnown = vocabularyOf(read.map(({ words }) => words));
  const spellings = lexicon.spellings().map(({ language, text }) => ({
    features: wordFeatures(wordsOf(text)),
    labels: { language },
    weight: spellingWeight,
    ...whole,
  }));
  const lessons = read.flatMap(({ phrase, words, spelled }): Lesson[] => {
    const opening = words.length > opensWith ? wordFeatures(words.slice(0, opensWith)) : spelled;
    const tongue: Lesson = { features: opening, labels: { language: phrase.language }, weight: 1, ...whole };
    if (phrase.kind === "language") return [tongue];
    const heard = signsIn(words, lexicon, (language) => language === phrase.language, isKnown);
    const features = joined([spelled, meaningFeatures([...heard, ...ageSigns(ageIn(words), heard)])]);
    const labels = labelsOf(phrase);
    return [tongue, { features, labels, weight: 1, meaningFrom: spelled.keys.length }];
  });
  return [...lessons, ...spellings];
}

/** A word in this many phrases is spelled as people spell. */
const knownFrom = 3;

/** The words that enough phrases have: these are spelled as people spell. */
function vocabularyOf(phrases: readonly (readonly Word[])[]): (word: string) => boolean {
  const counts = new Map<string, number>();
  for (const words of phrases) {
    for (const word of new Set(words.map(({ text }) => text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return (word) => (counts.get(word) ?? 0) >= knownFrom;
}

function labelsOf(phrase: Phrase): Record<string, string> {
  if (phrase.kind === "theme") return { theme: phrase.theme, level: "question" };
  if (phrase.level === "none") return { level: "none" };
  return { level: phrase.level, category: phrase.category };
}
