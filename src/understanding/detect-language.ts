/**
 * Which language a message is in, or `other` for one we do not have.
 *
 * @module
 */
import { type Language, languages } from "../terms.ts";
import { namesIn } from "./names.ts";
import type { Word } from "./normalise.ts";

/** Every answer with its probability. */
export type Tongues = ReadonlyMap<Language | "other", number>;

const latin = /\p{Script=Latin}/u;
const letter = /\p{L}/u;

/** How much a known language of the conversation counts against what the words say. */
const hintWeight = 3;

/** "ja", "pomoc": one or two words are many languages at once, and most who write them here speak one of ours. */
const fewWords = 2;
const fewWeight = 0.5;

/** The model read some sixty times as many lines in our languages as in others. Measured on text of both held out. */
const foreignWeight = 4;

/** Weighs what the model read with the script and with what is known of the conversation. */
export function tonguesOf(
  words: readonly Word[],
  read: ReadonlyMap<string, number>,
  hint: Language | undefined,
): Tongues {
  if (isForeignScript(words)) return new Map([["other", 1]]);
  const foreign = words.length <= fewWords ? fewWeight : foreignWeight;
  const spread = [...languages, "other" as const].map((tongue) => {
    const known = tongue === hint ? hintWeight : 1;
    const weight = (tongue === "other" ? foreign : known) * (read.get(tongue) ?? 0);
    return [tongue, weight] as const;
  });
  return shared(spread);
}

function isForeignScript(words: readonly Word[]): boolean {
  const letters = [...words.map((word) => word.text).join("")].filter((sign) => letter.test(sign));
  const foreign = letters.filter((sign) => !latin.test(sign)).length;
  return letters.length > 0 && foreign > letters.length / 2;
}

/** The likeliest tongue; the hint decides when the words say nothing at all. */
export function likeliest(tongues: Tongues): { language: Language | "other"; confidence: number } {
  let best: { language: Language | "other"; confidence: number } = { language: "nl", confidence: 0 };
  for (const [language, confidence] of tongues)
    if (confidence > best.confidence) best = { language, confidence };
  return best;
}

/** As sure as this, a word alone is of one language. */
const sureWord = 0.85;
/** How much each such word counts for a language people do not borrow from. */
const slipWeight = 10;
/** The rest of a message can be so plainly English that nothing is left for another language to multiply. */
const leastShare = 1e-3;
/** Words looked at for this. */
const mostWords = 24;

/**
 * Who slips into Polish or Turkish among Dutch or English words speaks it: Dutch and English are what people here borrow,
 * to be understood or out of habit.
 */
export function withSlips(
  tongues: Tongues,
  words: readonly Word[],
  text: string,
  tongueOf: (word: Word) => ReadonlyMap<string, number>,
): Tongues {
  const { language } = likeliest(tongues);
  if (language !== "nl" && language !== "en") return tongues;
  const names = namesIn(text);
  const counted = words
    .filter((word) => word.text.length > 1 && letter.test(word.text) && !names.has(word.text))
    .slice(0, mostWords)
    .map(tongueOf);
  const slips = (tongue: string) =>
    tongue === "pl" || tongue === "tr"
      ? counted.filter((read) => (read.get(tongue) ?? 0) >= sureWord).length
      : 0;
  return shared(
    [...tongues].map(([tongue, share]) => {
      const own = slips(tongue);
      return [tongue, own === 0 ? share : (share + leastShare) * slipWeight ** own] as const;
    }),
  );
}

function shared(weights: readonly (readonly [Language | "other", number])[]): Tongues {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0) || 1;
  return new Map(weights.map(([tongue, weight]) => [tongue, weight / total]));
}
