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

/**
 * All entries, one at each place of three lists. There are tens of thousands, a process that starts reads them all, and
 * a message meets a few: what else is to be known of one is found out when it is met.
 */
interface Listed {
  readonly texts: string[];
  readonly concepts: string[];
  readonly languages: Language[];
}

export function compileLexicon(files: readonly ConceptFile[]): Lexicon {
  const listed = listOf(files);
  const entriesOf = entriesByFirst(listed);
  const { all, grave } = partsOf(listed);
  const shapes = shapesOf(all);
  const misspelt = createSpeller(grave);
  const meets = (word: string, isKnown: (word: string) => boolean) => {
    const met = patternsOf(word, shapes);
    return met.some((pattern) => covers(pattern, word)) || isKnown(word) ? met : [...met, ...misspelt(word)];
  };
  return {
    concepts: new Set(listed.concepts),
    spellings: () => spellingsOf(listed),
    find: (words, spoken, isKnown) =>
      findIn(
        words.map((word) => meets(word.text, isKnown)),
        entriesOf,
        spoken,
      ),
  };
}

function listOf(files: readonly ConceptFile[]): Listed {
  const listed: Listed = { texts: [], concepts: [], languages: [] };
  for (const [concept, spellings] of files.flatMap((file) => Object.entries(file))) {
    for (const language of languages) {
      for (const entry of foldAll(spellings[language]).split(",")) {
        const text = entry.trim();
        if (text === "") continue;
        listed.texts.push(text);
        listed.concepts.push(concept);
        listed.languages.push(language);
      }
    }
  }
  return listed;
}

const partsIn = (text: string): readonly string[] => (text.includes(" ") ? text.split(/ +/) : [text]);

/** Every part of every entry, and of those whose slips are worth guessing at. */
function partsOf({ texts, concepts }: Listed): { all: Set<string>; grave: Set<string> } {
  const all = new Set<string>();
  const grave = new Set<string>();
  texts.forEach((text, at) => {
    const isWorthIt = isGrave(concepts[at] ?? "");
    for (const part of partsIn(text)) {
      all.add(part);
      if (isWorthIt) grave.add(part);
    }
  });
  return { all, grave };
}

function spellingsOf({ texts, languages: languageAt }: Listed): ReturnType<Lexicon["spellings"]> {
  const languagesOf = new Map<string, Set<Language>>();
  texts.forEach((entry, at) => {
    const text = partsIn(entry).join(" ").replaceAll("*", "");
    const language = languageAt[at];
    if (language !== undefined)
      languagesOf.set(text, (languagesOf.get(text) ?? new Set<Language>()).add(language));
  });
  return [...languagesOf].flatMap(([text, [language, ...others]]) =>
    language !== undefined && others.length === 0 && text.length > 3 ? [{ language, text }] : [],
  );
}

/** Whether a pattern accounts for most of the word, so that nothing has to be guessed. */
const covers = (pattern: string, word: string) => pattern.replaceAll("*", "").length * 2 > word.length;

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

/** Gives the entries that begin with a pattern, in the order of the files. */
type EntriesOf = (pattern: string) => readonly Entry[];

function entriesByFirst({ texts, concepts, languages: languageAt }: Listed): EntriesOf {
  const firstAt = new Map<string, number>();
  const nextAt = new Int32Array(texts.length).fill(-1);
  for (let at = texts.length - 1; at >= 0; at -= 1) {
    const text = texts[at] ?? "";
    const end = text.indexOf(" ");
    const first = end < 0 ? text : text.slice(0, end);
    nextAt[at] = firstAt.get(first) ?? -1;
    firstAt.set(first, at);
  }
  const met = new Map<string, readonly Entry[]>();
  return (pattern) => {
    const known = met.get(pattern);
    if (known !== undefined) return known;
    const entries: Entry[] = [];
    for (let at = firstAt.get(pattern) ?? -1; at >= 0; at = nextAt[at] ?? -1) {
      const parts = partsIn(texts[at] ?? "");
      const [concept = "", language = "nl"] = [concepts[at], languageAt[at]];
      entries.push({ concept, language, parts, shy: isShy(parts), denies: denies(parts) });
    }
    met.set(pattern, entries);
    return entries;
  };
}

/** Concepts of what a question is about, `t_` and `f_`, are not guessed at: a slip there costs a detour, no more. */
const isGrave = (concept: string) => !/^[ft]_/.test(concept);

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
  entriesOf: EntriesOf,
  spoken: (language: Language) => boolean,
): Hit[] {
  const hits: Hit[] = [];
  met.forEach((patterns, from) => {
    for (const pattern of patterns) {
      for (const entry of entriesOf(pattern)) {
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
