import type { Offered } from "../dialog/step.ts";
import type { Catalogue } from "../language/catalogue.ts";
import { editDistance, fold } from "../language/fold.ts";
import { languageOf } from "../language/locale.ts";
import { type Locale, locales } from "../terms.ts";
import type { CommandWords } from "./read-command.ts";

/** What a person could have answered, as it was shown to them. */
export interface Question {
  readonly choices: readonly Offered[];
  readonly locale: Locale;
  /** Alarm questions: only taps, numbers and a plain yes or no of the set language count. */
  readonly strict: boolean;
}

/**
 * Reads which choice a typed message takes, if it clearly takes one: its number, its label in any locale, or
 * yes and no in any language.
 *
 * A message read here is made of our own words, so it is not searched for danger signs.
 */
export function readAnswer(
  message: string,
  question: Question,
  catalogue: Catalogue,
  words: CommandWords,
): string | undefined {
  const said = fold(message);
  if (said === "") return undefined;
  return (
    byNumber(message, question) ??
    byLabel(said, question, catalogue) ??
    byYesOrNo(said, question, catalogue, words)
  );
}

/** Reads a label with a typing error. Only after danger signs were looked for, and never in an alarm question. */
export function readMistyped(message: string, question: Question, catalogue: Catalogue): string | undefined {
  const said = fold(message);
  if (question.strict || said.length < 4) return undefined;
  const most = said.length >= 8 ? 2 : 1;
  const near = question.choices.filter(
    ({ text }) => editDistance(said, foldedLabel(catalogue, question.locale, text), most) <= most,
  );
  return near.length === 1 ? near[0]?.id : undefined;
}

function byNumber(message: string, { choices }: Question): string | undefined {
  const number = /^\s*(?:nr\.?\s*)?(\d{1,2})\s*[.)]?\s*$/i.exec(message)?.[1];
  return number === undefined ? undefined : choices[Number(number) - 1]?.id;
}

function byLabel(said: string, { choices, locale }: Question, catalogue: Catalogue): string | undefined {
  for (const tried of [locale, ...locales.filter((other) => other !== locale)]) {
    const same = choices.filter(({ text }) => foldedLabel(catalogue, tried, text) === said);
    if (same.length === 1) return same[0]?.id;
  }
  return undefined;
}

/**
 * Reads yes and no as the choice that says so: the one named `yes` or `no`, or the only one whose label begins
 * with it.
 *
 * Colloquial Polish "no" means "yeah" and Turkish "on" means ten: in alarm questions only the set language's
 * own words count.
 */
function byYesOrNo(
  said: string,
  question: Question,
  catalogue: Catalogue,
  words: CommandWords,
): string | undefined {
  const language = languageOf(question.locale);
  const says = (meaning: "yes" | "no"): boolean =>
    question.strict
      ? words[meaning][language].has(said)
      : Object.values(words[meaning]).some((known) => known.has(said));
  const [yes, no] = [says("yes"), says("no")];
  if (yes === no) return undefined;
  const meaning = yes ? "yes" : "no";
  if (question.choices.some(({ id }) => id === meaning)) return meaning;
  const begun = question.choices.filter(({ text }) => {
    const [first = ""] = foldedLabel(catalogue, question.locale, text).split(" ");
    return words[meaning][language].has(first);
  });
  return begun.length === 1 ? begun[0]?.id : undefined;
}

const foldedLabels = new WeakMap<Catalogue, Map<string, string>>();

/** Labels do not change, and one message is held against those of eight locales. */
function foldedLabel(catalogue: Catalogue, locale: Locale, key: string): string {
  const known = foldedLabels.get(catalogue) ?? new Map<string, string>();
  foldedLabels.set(catalogue, known);
  const name = `${locale} ${key}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const folded = fold(catalogue.text(locale, key));
  known.set(name, folded);
  return folded;
}
