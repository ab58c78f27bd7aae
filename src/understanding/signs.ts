/**
 * What was heard, sign by sign: a concept, whether it was denied, and where it stood.
 *
 * @module
 */
import type { Language } from "../terms.ts";
import type { Hit, Lexicon } from "./lexicon.ts";
import type { Word } from "./normalise.ts";
import { temperaturesIn } from "./temperature.ts";

/** A concept heard in a message, or told by the trace of an earlier one. */
export interface Sign {
  readonly concept: string;
  readonly denied: boolean;
  readonly from: number;
  readonly to: number;
  readonly sentence: number;
  /** How many messages ago. Zero is the message itself. */
  readonly ago: number;
}

/** What takes the alarm out of signs beside it; it belongs to its own message. */
export const softeners = [
  "past",
  "resolved",
  "hypothetical",
  "third_person",
  "play_animal",
  "idiom",
  "mundane",
] as const;

/** From this temperature on it is fever, measured in the bottom. */
const feverFrom = 38;
const reachBefore: Readonly<Record<Language, number>> = { nl: 3, en: 4, pl: 3, tr: 0 };
const joins = new Set([
  "en",
  "and",
  "i",
  "a",
  "ve",
  "but",
  "maar",
  "ale",
  "ama",
  "n",
  "want",
  "oraz",
  "fakat",
  "dus",
  "so",
  "wiec",
]);
const between = new Set([
  "hij",
  "ze",
  "zij",
  "ie",
  "hem",
  "haar",
  "me",
  "mij",
  "op",
  "echt",
  "meer",
  "zo",
  "goed",
  "helemaal",
  "m",
  "r",
  "bijna",
  "eens",
]);
const turkishDenial =
  /(?:[^e]m[iu]yo|m[iu]yo(?=r?$)|m[ae]d[iu]|m[ae]z|m[ae]m[iu]s|m[ae]y[ai]|m[ae]d[ae]n|m[ae]yor|s[iu]z$)/;

export function signsIn(
  words: readonly Word[],
  lexicon: Lexicon,
  spoken: (language: Language) => boolean,
  isKnown: (word: string) => boolean,
): Sign[] {
  const hits = lexicon.find(words, spoken, isKnown);
  const before = hits.filter((hit) => hit.concept === "no_before");
  const after = hits.filter((hit) => hit.concept === "no_after");
  const signs = hits
    .filter((hit) => hit.concept !== "no_before" && hit.concept !== "no_after")
    .map((hit) => ({
      concept: hit.concept,
      denied: isDenied(hit, words, before, after),
      from: hit.from,
      to: hit.to,
      sentence: words[hit.from]?.sentence ?? 0,
      ago: 0,
    }));
  return withTemperature(unique(signs), words);
}

/** Who and what there is cannot be denied: "I can't wake her" is about her. */
const things = new Set([
  "child_ref",
  "he",
  "violent_person",
  "mouth",
  "face",
  "eyes",
  "head",
  "chest",
  "panic",
  "now",
]);

function isDenied(hit: Hit, words: readonly Word[], before: readonly Hit[], after: readonly Hit[]): boolean {
  if (things.has(hit.concept)) return false;
  const reach = reachBefore[hit.language];
  const ahead = before.some(
    (no) => no.to < hit.from && hit.from - no.to <= reach && sameThought(words, no.to, hit.from),
  );
  if (ahead) return true;
  if (hit.language === "tr" && !hit.denies && turkishDenial.test(words[hit.to]?.text ?? "")) return true;
  return after.some((no) => follows(no, hit, words));
}

function sameThought(words: readonly Word[], from: number, to: number): boolean {
  if (words[from]?.clause !== words[to]?.clause) return false;
  return !words.slice(from + 1, to).some((word) => joins.has(word.text));
}

function follows(no: Hit, hit: Hit, words: readonly Word[]): boolean {
  const distance = no.from - hit.to;
  if (distance < 1 || distance > 2 || no.language !== hit.language) return false;
  if (words[no.from]?.clause !== words[hit.to]?.clause) return false;
  return distance === 1 || no.language === "tr" || between.has(words[hit.to + 1]?.text ?? "");
}

function unique(signs: readonly Sign[]): Sign[] {
  return [...new Map(signs.map((sign) => [`${sign.concept}${sign.denied}${sign.from}`, sign])).values()];
}

/** A measured temperature overrules the word "fever": 37.4 is none, 38.0 is. */
function withTemperature(signs: Sign[], words: readonly Word[]): Sign[] {
  const measured = temperaturesIn(words);
  if (measured.length === 0) return signs;
  const fever = measured.filter(({ celsius }) => celsius >= feverFrom && celsius < 43);
  if (fever.length === 0)
    return signs.map((sign) => (sign.concept === "fever" ? { ...sign, denied: true } : sign));
  return [
    ...signs,
    ...fever.map(({ at }) => ({
      concept: "fever",
      denied: false,
      from: at,
      to: at,
      sentence: words[at]?.sentence ?? 0,
      ago: 0,
    })),
  ];
}

/** The age as signs, so that rules can ask for it by name. */
export function ageSigns(months: number | null, signs: readonly Sign[]): Sign[] {
  const heard = (concept: string) => signs.some((sign) => sign.concept === concept && !sign.denied);
  const named = (concept: string): Sign => ({
    concept,
    denied: false,
    from: -1,
    to: -1,
    sentence: -1,
    ago: 0,
  });
  if (months === null) {
    if (heard("young_baby")) return [named("age_under_3m")];
    return heard("older_child") ? [named("age_over_3m")] : [named("age_unknown")];
  }
  return [named(months < 3 ? "age_under_3m" : "age_over_3m"), ...(months < 1 ? [named("age_under_1m")] : [])];
}
