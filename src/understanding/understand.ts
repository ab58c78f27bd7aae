/**
 * Understands a message: language, theme, age, and whether someone may be in danger.
 *
 * @module
 */
import type { Language } from "../terms.ts";
import { ageIn } from "./age.ts";
import { isBareCry } from "./bare-cry.ts";
import { concernOf } from "./concern.ts";
import { likeliest, tonguesOf, withSlips } from "./detect-language.ts";
import { joined, keyOfWord, meaningFeatures, wordFeatures } from "./features.ts";
import { judge } from "./judge.ts";
import type { Lexicon } from "./lexicon.ts";
import { type Ask, createReader, type Model, vocabularyOf } from "./model.ts";
import { childNamesIn } from "./names.ts";
import { longestRead, type Word, wordsOf } from "./normalise.ts";
import type { Rule } from "./rules.ts";
import { ageSigns, signsIn } from "./signs.ts";
import { signsOfTraces, traceOf } from "./trace.ts";
import type { Hint, Theme, Understand, Understanding } from "./understanding.ts";

export interface UnderstandingData {
  readonly lexicon: Lexicon;
  readonly rules: readonly Rule[];
  readonly model: Model;
}

/** A language that a message may well be in: its short words count. */
const spokenFrom = 0.08;

export function createUnderstand(data: UnderstandingData): Understand {
  const read = createReader(data.model);
  const isKnown = vocabularyOf(data.model);
  const tongueOf = wordReader(read);
  return (words, hint = {}) => {
    try {
      return understood(words, hint, data, { read, tongueOf, isKnown });
    } catch {
      return unreadable(hint);
    }
  };
}

/** What reads messages and words. */
interface Readers {
  readonly read: Read;
  readonly tongueOf: (word: Word) => ReadonlyMap<string, number>;
  readonly isKnown: (word: string) => boolean;
}

/** Most words are read again and again. What is kept of them are numbers, so that nobody's words stay here. */
const mostWordsKept = 20_000;

/** Reads the language of one word. */
function wordReader(read: Read): Readers["tongueOf"] {
  const known = new Map<number, ReadonlyMap<string, number>>();
  return (word) => {
    const key = keyOfWord(word.text);
    const before = known.get(key);
    if (before !== undefined) return before;
    const tongues = read(wordFeatures([word]))("language");
    if (known.size >= mostWordsKept) known.clear();
    known.set(key, tongues);
    return tongues;
  };
}

function understood(
  text: string,
  hint: Hint,
  { lexicon, rules }: UnderstandingData,
  { read, tongueOf, isKnown }: Readers,
): Understanding {
  const words = wordsOf(text);
  const spelled = wordFeatures(words);
  const tongues = withSlips(
    tonguesOf(words, read(spelled)("language"), hint.language),
    words,
    text,
    tongueOf,
  );
  const isSpoken = (language: Language) => (tongues.get(language) ?? 0) >= spokenFrom;
  const names = childNamesIn(text);
  const heard = signsIn(words, lexicon, isSpoken, isKnown).filter(
    ({ from, to }) => from !== to || !names.has(words[from]?.text ?? ""),
  );
  const ageMonths = ageIn(words) ?? hint.ageMonths ?? null;
  const earlier = signsOfTraces(hint.earlier ?? [], lexicon.concepts);
  const signs = [...heard, ...ageSigns(ageMonths, [...heard, ...earlier])];
  const ask = read(joined([spelled, meaningFeatures(signs)]));
  const { language, confidence } = likeliest(tongues);
  const level = levelOf(words, ask);
  const themes = themesOf(ask);
  const { concern, calm } = concernOf(judge(rules, [...signs, ...earlier]), level, ask("category"), {
    unsaid: text.length > longestRead || isBareCry(words),
    foreign: language === "other",
    ordinary: words.length === 1 || isOrdinary(level, themes),
    ageMonths,
  });
  return {
    language,
    languageConfidence: confidence,
    themes,
    ageMonths,
    concern,
    calm,
    trace: traceOf(signs),
  };
}

/** A telephone number or an age says nothing that the model could suspect; the rules still read a temperature. */
function levelOf(words: readonly Word[], ask: Ask): ReturnType<Ask> {
  const bare = words.length > 0 && words.every((word) => /^\d/.test(word.text));
  return bare ? new Map([["none", 1]]) : ask("level");
}

const plainlyAsked = 0.5;
const plainTheme = 0.9;

/** The model learned questions apart from danger and its near-misses. */
function isOrdinary(level: ReturnType<Ask>, [best]: Understanding["themes"]): boolean {
  return (level.get("question") ?? 0) >= plainlyAsked && (best?.score ?? 0) >= plainTheme;
}

type Read = ReturnType<typeof createReader>;

function themesOf(ask: Ask): Understanding["themes"] {
  const ranked = [...ask("theme")]
    .map(([theme, score]) => ({ theme: theme as Theme, score }))
    .sort((a, b) => b.score - a.score);
  return ranked.slice(0, 3);
}

/** What is answered when reading failed: nobody knows, so the alarm check is asked. */
function unreadable(hint: Hint): Understanding {
  const language: Language = hint.language ?? "nl";
  return {
    language,
    languageConfidence: 0,
    themes: [{ theme: "other", score: 0 }],
    ageMonths: hint.ageMonths ?? null,
    concern: { level: "none", category: "other", doubt: true, rule: null },
    calm: false,
    trace: "",
  };
}
