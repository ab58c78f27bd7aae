/**
 * The concept lexicon: what a stem means, in four languages at once.
 *
 * Rules and the trained model speak in concepts, so that one language's examples help the others.
 *
 * @module
 */
import { z } from "zod";
import { type Language, languages } from "../terms.ts";
import { foldAll, type Word } from "./normalise.ts";
import { createSpeller } from "./speller.ts";

/**
 * A concept file: concept name to language to entries, separated by commas.
 *
 * An entry is one or more words in order, up to two other words between them. `adem*` is a beginning,
 * `*nood` an ending, `*stuip*` a part, `adem` the whole word.
 *
 * A concept that one of the four languages lacks is a fault: a sign must be heard in all of them.
 *
 * @example
 *
 * ```yaml
 * gasp:
 *   nl: hap* naar adem, snak* naar lucht
 *   en: gasp*, fight* for breath
 * ```
 */
export const conceptFileSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/),
  z.record(z.enum(languages), z.string().min(1)),
);
export type ConceptFile = z.infer<typeof conceptFileSchema>;

/** A concept heard: its name and the words it stands on, first to last. */
export interface Hit {
  readonly concept: string;
  readonly from: number;
  readonly to: number;
  readonly language: Language;
  /** Whether the entry itself says "not", so that the same "not" does not turn it round. */
  readonly denies: boolean;
}

interface Entry {
  readonly concept: string;
  readonly language: Language;
  readonly parts: readonly string[];
  /** Short enough to be another word in another language: counts only where its language is spoken. */
  readonly shy: boolean;
  readonly denies: boolean;
}

/** Finds concepts in words. Built once, used for every message. */
export interface Lexicon {
  readonly concepts: ReadonlySet<string>;
  /** Entries that only one language has: what a short message in that language may consist of. */
  readonly spellings: () => readonly { readonly language: Language; readonly text: string }[];
  /**
   * A word that meets no entry is compared by sound and by one wrong letter, unless `isKnown` says that it is
   * spelled as people spell.
   */
  find(
    words: readonly Word[],
    spoken: (language: Language) => boolean,
    isKnown: (word: string) => boolean,
  ): Hit[];
}

const widestGap = 2;

export function compileLexicon(files: readonly ConceptFile[]): Lexicon {
  const entries = files.flatMap(entriesOf);
  const byFirst = groupByFirst(entries);
  const patterns = partsOf(entries);
  const shapes = shapesOf(patterns);
  const misspelt = createSpeller(partsOf(entries.filter(isGrave)));
  const meets = (word: string, isKnown: (word: string) => boolean) => {
    const met = patternsOf(word, shapes);
    return met.some((pattern) => covers(pattern, word)) || isKnown(word) ? met : [...met, ...misspelt(word)];
  };
  return {
    concepts: new Set(entries.map((entry) => entry.concept)),
    spellings: () => spellingsOf(entries),
    find: (words, spoken, isKnown) =>
      findIn(
        words.map((word) => meets(word.text, isKnown)),
        byFirst,
        spoken,
      ),
  };
}

function partsOf(entries: readonly Entry[]): Set<string> {
  const parts = new Set<string>();
  for (const entry of entries) for (const part of entry.parts) parts.add(part);
  return parts;
}

function spellingsOf(entries: readonly Entry[]): ReturnType<Lexicon["spellings"]> {
  const languagesOf = new Map<string, Set<Language>>();
  for (const { language, parts } of entries) {
    const text = parts.join(" ").replaceAll("*", "");
    languagesOf.set(text, (languagesOf.get(text) ?? new Set<Language>()).add(language));
  }
  return [...languagesOf].flatMap(([text, [language, ...others]]) =>
    language !== undefined && others.length === 0 && text.length > 3 ? [{ language, text }] : [],
  );
}

/** Whether a pattern accounts for most of the word, so that nothing has to be guessed. */
const covers = (pattern: string, word: string) => pattern.replaceAll("*", "").length * 2 > word.length;

/** There are tens of thousands of entries, and a process that starts reads them all: nothing here is made twice. */
function entriesOf(file: ConceptFile): Entry[] {
  const entries: Entry[] = [];
  for (const [concept, spellings] of Object.entries(file)) {
    for (const language of languages) {
      for (const entry of foldAll(spellings[language]).split(",")) {
        const parts = partsIn(entry);
        if (parts.length > 0)
          entries.push({ concept, language, parts, shy: isShy(parts), denies: denies(parts) });
      }
    }
  }
  return entries;
}

function partsIn(entry: string): readonly string[] {
  const text = entry.trim();
  if (text === "") return [];
  return text.includes(" ") ? text.split(/ +/) : [text];
}

const turkishDenial = /(?:[^aeiou][aeiou]m[iuae]|[^aeiou]m[iuae]|m[ae][dmyz]\w*|m[iu]yo\w*)\*?$/;

function denies(parts: readonly string[]): boolean {
  const last = parts.at(-1) ?? "";
  return last.length >= 5 && turkishDenial.test(last);
}

function isShy(parts: readonly string[]): boolean {
  let length = 0;
  for (const part of parts)
    length += part.length - (part.startsWith("*") ? 1 : 0) - (part.endsWith("*") ? 1 : 0);
  return length < 6;
}

function groupByFirst(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const first = entry.parts[0] ?? "";
    const group = groups.get(first);
    if (group) group.push(entry);
    else groups.set(first, [entry]);
  }
  return groups;
}

/** Concepts of what a question is about, `t_` and `f_`, are not guessed at: a slip there costs a detour, no more. */
const isGrave = ({ concept }: Entry) => !/^[ft]_/.test(concept);

const isInfix = (pattern: string) => pattern.startsWith("*") && pattern.endsWith("*");

/** The patterns by what of them has to be in a word. */
interface Shapes {
  readonly whole: ReadonlySet<string>;
  readonly beginnings: ReadonlyMap<string, string>;
  readonly endings: ReadonlyMap<string, string>;
  readonly infixes: readonly string[];
}

function shapesOf(patterns: ReadonlySet<string>): Shapes {
  const all = [...patterns];
  return {
    whole: patterns,
    beginnings: new Map(
      all.filter((pattern) => pattern.endsWith("*")).map((pattern) => [pattern.slice(0, -1), pattern]),
    ),
    endings: new Map(
      all.filter((pattern) => pattern.startsWith("*")).map((pattern) => [pattern.slice(1), pattern]),
    ),
    infixes: all.filter(isInfix),
  };
}

/** Every pattern of the lexicon that a word meets. */
function patternsOf(word: string, { whole, beginnings, endings, infixes }: Shapes): string[] {
  const met = whole.has(word) ? [word] : [];
  for (let end = 2; end <= word.length; end += 1) {
    const pattern = beginnings.get(word.slice(0, end));
    if (pattern !== undefined) met.push(pattern);
  }
  for (let start = 0; start < word.length - 2; start += 1) {
    const pattern = endings.get(word.slice(start));
    if (pattern !== undefined) met.push(pattern);
  }
  for (const infix of infixes) if (word.includes(infix.slice(1, -1))) met.push(infix);
  return met;
}

function findIn(
  met: readonly (readonly string[])[],
  byFirst: ReadonlyMap<string, readonly Entry[]>,
  spoken: (language: Language) => boolean,
): Hit[] {
  const hits: Hit[] = [];
  met.forEach((patterns, from) => {
    for (const pattern of patterns) {
      for (const entry of byFirst.get(pattern) ?? []) {
        if (entry.shy && !spoken(entry.language)) continue;
        const to = lastWordOf(entry, met, from);
        if (to !== null)
          hits.push({ concept: entry.concept, from, to, language: entry.language, denies: entry.denies });
      }
    }
  });
  return hits;
}

function lastWordOf(entry: Entry, met: readonly (readonly string[])[], from: number): number | null {
  let at = from;
  for (let next = 1; next < entry.parts.length; next += 1) {
    const step = stepTo(entry.parts[next] ?? "", met, at);
    if (step === 0) return null;
    at += step;
  }
  return at;
}

/** How many words on the next part of an entry stands, or 0. */
function stepTo(part: string, met: readonly (readonly string[])[], at: number): number {
  for (let step = 1; step <= widestGap + 1; step += 1) if (met[at + step]?.includes(part)) return step;
  return 0;
}
