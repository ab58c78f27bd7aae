import type { Language } from "../terms.ts";

/** What counting by rule gets wrong: words whose syllables are known, and long names that count as short ones. */
export interface KnownSyllables {
  readonly known: { readonly [language in Language]?: Readonly<Record<string, number>> | undefined };
  /** Beginnings of words that count as two syllables: names a parent must see as they are, whatever their length. */
  readonly names: readonly string[];
}

/** What a name counts as. */
const syllablesOfName = 2;

/**
 * Counts the syllables of one word, as a rule of thumb of its language does.
 *
 * Gives 0 for a word without letters: figures are read aloud in ways no rule can tell, so they count as words
 * of a sentence but not towards the length of words. Parts joined by a hyphen are counted apart.
 */
export function countSyllables(word: string, language: Language, { known, names }: KnownSyllables): number {
  const lower = word.toLocaleLowerCase(language).replaceAll("’", "'");
  const letters = lower.replace(/[^\p{L}'-]+/gu, "").replace(/^['-]+|['-]+$/g, "");
  if (letters === "") return 0;
  if (names.some((name) => letters.startsWith(name))) return syllablesOfName;
  const parts = letters.split("-").filter((part) => part !== "");
  return parts.reduce((sum, part) => sum + (known[language]?.[part] ?? byRule[language](part)), 0);
}

const byRule: Readonly<Record<Language, (word: string) => number>> = {
  nl: (word) => groups(word.replace(/[ëïöü]/g, " $&"), dutchVowels),
  en: english,
  pl: polish,
  tr: (word) => groups(word, /[aeıioöuüâîû]/g),
};

/** Longer groups first: `aai` is one syllable, a trema (set apart before) begins another. */
const dutchVowels = /aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|[aeiouyáàâéèêëíïóöúü]/g;

function groups(word: string, vowels: RegExp): number {
  return Math.max(1, word.match(vowels)?.length ?? 0);
}

/** Counts vowel groups, less the silent endings, plus the pairs that are spoken apart. */
function english(word: string): number {
  const stem = word.replace(/'(s|t|re|ll|ve|d|m)$/, "").replace(/[^a-zà-ÿ]/g, "");
  const silent = [
    /[^aeiouy]e$/.test(stem) && !/[^aeiouy]le$/.test(stem),
    /[^aeiouytd]ed$/.test(stem),
    /[^aeiouyszxg]es$/.test(stem) && !/([cs]h|c|[^aeiouy]l)es$/.test(stem),
    /[^aeiouy]e(ly|less|ness|ful|ment)$/.test(stem) && !/[^aeiouy]le(ly|ness)$/.test(stem),
  ].filter(Boolean).length;
  const apart = /(ia|io|eo|iu)(?!u)/.test(stem) && !/([cst]i[ao]|gio|geo)/.test(stem) ? 1 : 0;
  return Math.max(1, (stem.match(/[aeiouyé]+/g)?.length ?? 0) - silent + apart);
}

/**
 * Counts vowels, but not an `i` that softens the consonant before another vowel (nie is one, dziecko two), and
 * counts `au` and `eu` once in loans (auto), twice where a prefix joins (nauka, zauważyć).
 */
function polish(word: string): number {
  const softened = word.replace(/i(?=[aąeęoóu])/g, "");
  const joined = /^(na|za|nie|po|u)u|^(poza|niena|niedo)/.test(softened)
    ? softened
    : softened.replace(/([ae])u/g, "$1");
  return groups(joined, /[aąeęioóuy]/g);
}
