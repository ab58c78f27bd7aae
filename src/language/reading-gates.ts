import type { Locale } from "../terms.ts";
import type { LocaleFiles } from "./catalogue.ts";
import { formsOf, type LocaleFault } from "./inspect-locales.ts";
import { isSimple, languageOf } from "./locale.ts";
import { fewestScoredWords, type Measures, measure, type Score, scores } from "./readability.ts";
import type { KnownSyllables } from "./syllables.ts";

/** Texts that a person reads in one go. */
export interface Passage {
  readonly dialog: string;
  readonly node: string;
  readonly keys: readonly string[];
}

/** What was measured of one passage in one locale. */
export interface Reading {
  readonly locale: Locale;
  readonly passage: Passage;
  readonly measures: Measures;
  /** Empty for a passage too short to score. */
  readonly scores: readonly Score[];
  readonly faults: readonly LocaleFault[];
}

/** A gate that a text is let through, and why. */
export interface Excuse {
  /** A key, or the beginning of keys before a `*`. */
  readonly key: string;
  readonly gate: string;
  readonly why: string;
  readonly locales?: readonly Locale[] | undefined;
}

/**
 * What a text may ask of its reader: B1 in the standard form, A2 in the simple one.
 *
 * Sentences are counted to the line, for a line is what one reads without a pause: a list of one thing a line may
 * be longer than a bubble otherwise could. `together` is for texts that arrive at once, such as a way with what it
 * asks and when it fits: in the simple form that is more than one text may be, because each part begins with the
 * same words and can be passed over.
 *
 * The mean counts from three sentences: of one or two it says no more than the longest does.
 */
const limits = {
  standard: { sentence: 20, mean: 12, line: 4, words: 120, together: 120 },
  simple: { sentence: 12, mean: 8, line: 3, words: 60, together: 80 },
} as const;
type Limits = (typeof limits)["standard" | "simple"];

const fewestForMean = 3;

/** Measures one passage in one locale and finds what is too much of it; nothing when it is not written yet. */
export function readPassage(
  files: LocaleFiles,
  locale: Locale,
  passage: Passage,
  known: KnownSyllables,
  excuses: readonly Excuse[],
): Reading | undefined {
  const texts = passage.keys.flatMap((key) => longestForm(files, locale, key));
  if (texts.length === 0) return undefined;
  const language = languageOf(locale);
  const limit = isSimple(locale) ? limits.simple : limits.standard;
  const all = measure(texts.map(({ text }) => text).join("\n"), language, known);
  const scored = all.words < fewestScoredWords ? [] : scores(all, language, isSimple(locale));
  const name = passage.keys.join(" + ");
  const found = [
    ...texts.flatMap(({ key, text }) => inspectText(locale, key, measure(text, language, known), limit)),
    ...inspectWhole(locale, name, all, limit, texts.length > 1),
    ...inspectScores(locale, name, scored),
  ];
  return {
    locale,
    passage,
    measures: all,
    scores: scored,
    faults: found
      .filter((fault) => !isExcused(excuses, fault))
      .map((fault) => (isCopy(files, locale, passage) ? asCopy(fault) : fault)),
  };
}

/** Tells whether a fault is one that the excuses name. */
export function isExcused(excuses: readonly Excuse[], { key, kind, locale }: LocaleFault): boolean {
  return excuses.some(
    (excuse) =>
      excuse.gate === kind &&
      (excuse.locales === undefined || excuse.locales.includes(locale)) &&
      key.split(" + ").some((one) => fits(excuse.key, one)),
  );
}

function fits(pattern: string, key: string): boolean {
  return pattern.endsWith("*") ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}

function inspectText(
  locale: Locale,
  key: string,
  { longestSentence, longest, mostInLine }: Measures,
  limit: Limits,
): readonly LocaleFault[] {
  const long = `cut the sentence of ${longestSentence} words; at most ${limit.sentence} here: “${longest}”`;
  const crowded = `begin a new line, or say less: ${mostInLine} sentences in one line, at most ${limit.line} here`;
  return [
    ...(longestSentence > limit.sentence ? [{ kind: "long-sentence", locale, key, mend: long }] : []),
    ...(mostInLine > limit.line ? [{ kind: "crowded-line", locale, key, mend: crowded }] : []),
  ];
}

function inspectWhole(
  locale: Locale,
  key: string,
  { words, sentences, sentenceLength }: Measures,
  limit: Limits,
  several: boolean,
): readonly LocaleFault[] {
  const mean = `cut some sentences in two: ${sentenceLength.toFixed(1)} words a sentence, at most ${limit.mean} here`;
  const most = several ? limit.together : limit.words;
  const much = `say less, or spread it over two nodes: ${words} words at once, at most ${most} here`;
  return [
    ...(sentences >= fewestForMean && sentenceLength > limit.mean
      ? [{ kind: "long-sentences", locale, key, mend: mean }]
      : []),
    ...(words > most ? [{ kind: "too-much", locale, key, mend: much }] : []),
  ];
}

function inspectScores(locale: Locale, key: string, scored: readonly Score[]): readonly LocaleFault[] {
  return scored
    .filter(({ reached }) => !reached)
    .map(({ formula, value, gate }) => ({
      kind: "hard-to-read",
      locale,
      key,
      mend: `use shorter words or sentences: ${formula} gives ${value.toFixed(1)}, and ${gate} is needed`,
    }));
}

/** Whether a simple passage is the standard one, word for word: allowed as long as it passes as simple. */
function isCopy(files: LocaleFiles, locale: Locale, { keys }: Passage): boolean {
  const texts = (from: Locale): string =>
    keys.flatMap((key) => longestForm(files, from, key).map(({ text }) => text)).join("\n");
  return isSimple(locale) && texts(locale) === texts(languageOf(locale));
}

function asCopy(fault: LocaleFault): LocaleFault {
  return { ...fault, mend: `write it apart, this is the standard text: ${fault.mend}` };
}

function longestForm(
  files: LocaleFiles,
  locale: Locale,
  key: string,
): readonly { readonly key: string; readonly text: string }[] {
  const [longest] = formsOf(files, locale, key).toSorted(([, one], [, other]) => other.length - one.length);
  return longest === undefined ? [] : [{ key: longest[0], text: longest[1] }];
}
