/**
 * The child's age, as far as the words say it.
 *
 * @module
 */
import {
  ageAfter,
  ageBefore,
  almost,
  and,
  becoming,
  birth,
  durationAfter,
  durationBefore,
  fixed,
  halves,
  joined,
  numbers,
  ordinals,
  perUnit,
  quarters,
  soon,
  stems,
  tens,
  timely,
  type Unit,
  units,
} from "./age-words.ts";
import type { Word } from "./normalise.ts";

/** One way of reading an age in the words. Higher scores speak more clearly of an age than of a duration. */
interface Reading {
  readonly months: number;
  readonly score: number;
}

type Line = readonly Word[];

const textAt = (line: Line, at: number) => line[at]?.text ?? "";

/** The word at a place if it is said in one breath with another: what follows a comma says nothing of a number before it. */
function withIn(line: Line, from: number, at: number): string {
  return line[at]?.clause === line[from]?.clause ? textAt(line, at) : "";
}

/** Completed months, or null when the words do not say. */
export function ageIn(words: readonly Word[]): number | null {
  const readings = words.flatMap((_, at) => {
    const reading = readingAt(words, at);
    return reading === null ? [] : [{ ...reading, score: reading.score + (standsAlone(words, at) ? 1 : 0) }];
  });
  const best = readings.reduce<Reading | null>(
    (sofar, next) => (next.score >= 1 && next.score > (sofar?.score ?? 0) ? next : sofar),
    null,
  );
  return best === null ? null : Math.floor(best.months + 1e-6);
}

/** Whether a number and its unit are a clause of their own: "cramps every evening, 8 weeks". */
function standsAlone(line: Line, at: number): boolean {
  const clause = line[at]?.clause;
  return line[at - 1]?.clause !== clause && line[at + 2]?.clause !== clause;
}

function readingAt(line: Line, at: number): Reading | null {
  return (
    ordinalAt(line, at) ??
    fixedAt(line, at) ??
    joinedAt(line, at) ??
    inYearsAt(line, at) ??
    countedAt(line, at) ??
    bareAt(line, at)
  );
}

/** "W siodmym miesiacu", "besinci ayda", "5. ayda": six of the seven months, four of the five, are completed. */
function ordinalAt(line: Line, at: number): Reading | null {
  const text = textAt(line, at);
  const before = textAt(line, at - 1);
  const dotted = /^\d+$/.test(text) && line[at + 1]?.sentence !== line[at]?.sentence;
  const ten = before === "on" ? 10 : (tens.get(before) ?? 0);
  const value = dotted ? Number(text) : (ordinals.get(text) ?? 0) + ten;
  const next = textAt(line, at + 1);
  if (value === ten && !dotted) return null;
  if (dotted && !/^(?:ay|ay[ia]n?|ayda|ayinda|hafta\w*|mies\w*|tyg\w*|maand|week|m)$/.test(next)) return null;
  const unit = unitOf(next)?.[1];
  if (unit === undefined || unit === "day" || durationBefore.has(ten > 0 ? textAt(line, at - 2) : before))
    return null;
  const after = withIn(line, at + 1, at + 2);
  if (durationAfter.has(after) || (unit === "year" && !/^zyci/.test(after))) return null;
  const months = (value - 1) * perUnit[unit];
  const isIn = before === "w" || /^zyci/.test(after) || /[dy]a$/.test(next);
  return value < 1 || months > 18 * 12 ? null : { months, score: isIn ? 2 : unit === "month" ? 1 : 0 };
}

/** The number after its unit, "lat cztery", and the number that says by its ending that it is an age, "on altisinda". */
function inYearsAt(line: Line, at: number): Reading | null {
  const text = textAt(line, at);
  const before = numberAt(line, at - 1);
  if (text === "lat" && before === null) {
    const after = numberAt(line, at + 1);
    return after === null || after.value > 18 ? null : { months: after.value * 12, score: 1 };
  }
  const stem = /^(.+?)[iu]nda?e?(?:ki|yken|ydi|yim)?$/.exec(text)?.[1] ?? "";
  const value = numbers.get(stem) ?? numbers.get(stem.replace(/s$/, "")) ?? 0;
  if (value < 3 || value > 17) return null;
  return { months: 12 * (value + (value < 8 && textAt(line, at - 1) === "on" ? 10 : 0)), score: 1 };
}

function fixedAt(line: Line, at: number): Reading | null {
  const text = textAt(line, at);
  const before = textAt(line, at - 1);
  const next = textAt(line, at + 1);
  const found = fixed.find(([shape]) => shape.test(text));
  if (found && !(unitOf(text) && numberAt(line, at - 1))) return { months: found[1], score: found[2] };
  if (text === "yeni" && /^dog/.test(next)) return { months: 0, score: 2 };
  if (text === "halfjaar") return { months: almost.has(textAt(line, at - 2)) ? 5 : 6, score: 1 };
  if (and.has(before) && numberAt(line, at - 2) !== null) return null;
  if (/^(?:half|pol|yarim)$/.test(text) && /^(?:jaar\w*|year|roku|rocka|a|yas\w*)$/.test(next))
    return durationBefore.has(before) || isCounted(line, at) ? null : { months: 6, score: 2 };
  if (/^(?:rok|roku|miesiac|miesionc|miesiunc)$/.test(text)) return oneAt(line, at);
  return null;
}

/** "Two half year": more than the half. */
const isCounted = (line: Line, at: number) =>
  numberAt(line, at - 1) !== null && !article.test(textAt(line, at - 1));

/** "Rok", "miesiac": one, without saying so. */
function oneAt(line: Line, at: number): Reading | null {
  const before = textAt(line, at - 1);
  if (numberAt(line, at - 1) !== null || /^pol/.test(before)) return null;
  const next = withIn(line, at, at + 1);
  const isYear = textAt(line, at).startsWith("rok");
  const more = isYear ? extra(line, at + 1) || unnamedMonths(line, at + 1) : 0;
  const opens = (at === 0 || standsAlone(line, at)) && !durationAfter.has(next);
  const told = ageBefore.has(withIn(line, at, at - 1)) || more > 0 || /^(?:ma|mo)$/.test(next);
  if (!told && !opens) return null;
  return { months: (isYear ? 12 : 1) + more, score: told ? 3 : 1 };
}

/** "Rok i osiem": months, as nothing else follows. */
function unnamedMonths(line: Line, at: number): number {
  const number = and.has(textAt(line, at)) ? numberAt(line, at + 1) : null;
  if (number === null || number.value >= 12) return 0;
  return withIn(line, at, at + 1 + number.length) === "" ? number.value : 0;
}

function joinedAt(line: Line, at: number): Reading | null {
  const text = textAt(line, at);
  for (const [shape, unit] of joined) {
    const stem = shape.exec(text)?.[1];
    const value = stem === undefined ? undefined : stemValue(stem);
    if (value === undefined || Number.isNaN(value)) continue;
    const less = almost.has(textAt(line, at - 1)) ? nearly(unit) : 0;
    return { months: value * perUnit[unit] - less, score: 3 };
  }
  return null;
}

/** "cztero", "dwudziesto", "dwudziestocztero". */
function stemValue(stem: string): number {
  const twenty = /^dwudziesto?(.*)$/.exec(stem);
  if (twenty) return 20 + (twenty[1] === "" ? 0 : (stems[twenty[1] ?? ""] ?? Number.NaN));
  return stems[stem] ?? numbers.get(stem) ?? numeric(stem);
}

function numeric(text: string): number {
  return /^\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

/** A number, with its half if one follows, and how many words it takes. */
function numberAt(line: Line, at: number): Counted | null {
  const whole = wholeAt(line, at);
  if (whole === null) return null;
  const next = at + whole.length;
  if (halves.has(textAt(line, next)) && !/^(?:an?|een)$/.test(textAt(line, at)))
    return { value: whole.value + 0.5, length: whole.length + 1 };
  if (!and.has(textAt(line, next))) return whole;
  const skipped = /^(?:a|een|three)$/.test(textAt(line, next + 1)) ? next + 2 : next + 1;
  const part = halves.has(textAt(line, skipped)) ? 0.5 : quarters[textAt(line, skipped)];
  return part === undefined ? whole : { value: whole.value + part, length: skipped + 1 - at };
}

interface Counted {
  readonly value: number;
  /** Words it takes. */
  readonly length: number;
}

/** "28", "achtentwintig", "twenty eight", "dwadziescia osiem", "yirmi sekiz", "on sekiz". */
function wholeAt(line: Line, at: number): Counted | null {
  const text = textAt(line, at);
  const value = numbers.get(text) ?? numeric(text);
  if (Number.isNaN(value)) return null;
  const unit = numbers.get(textAt(line, at + 1)) ?? 0;
  const joins = (tens.has(text) || text === "on") && unit > 0 && unit < 10 && Number.isInteger(unit);
  return joins ? { value: value + unit, length: 2 } : { value, length: 1 };
}

const unitOf = (word: string) => units.find(([shape]) => shape.test(word));

function countedAt(line: Line, at: number): Reading | null {
  const number = numberAt(line, at);
  if (number === null || isPartOfLonger(line, at)) return null;
  const word = textAt(line, at + number.length);
  const found = unitOf(word);
  if (!found) return null;
  const [, unit, score] = found;
  const after = at + number.length + 1;
  const value = number.value * perUnit[unit];
  if (value > 19 * 12) return null;
  const isNear = almost.has(textAt(line, at - 1)) || (unit === "year" && almost.has(withIn(line, at, after)));
  const months =
    value +
    (unit === "year" ? extra(line, after) || unnamedMonths(line, after) : 0) -
    (isNear ? nearly(unit) : 0);
  return { months: Math.max(0, months), score: score + around(line, at, after, unit, word) };
}

/** The months of "one year and seven months", the "year" of "half a year". */
function isPartOfLonger(line: Line, at: number): boolean {
  const before = and.has(textAt(line, at - 1)) ? at - 2 : at - 1;
  if (textAt(line, at - 1) === "half") return true;
  return (
    unitOf(textAt(line, before))?.[1] === "year" &&
    numberAt(line, before - 1) !== null &&
    unitOf(textAt(line, at + 1))?.[1] === "month"
  );
}

/** Months named after years: "2 years and 3 months", "anderhalf en een half". */
function extra(line: Line, at: number): number {
  const start = and.has(textAt(line, at)) ? at + 1 : at;
  const number = numberAt(line, start);
  const word = textAt(line, start + (number?.length ?? 0));
  const isMonths = word === "m" || unitOf(word)?.[1] === "month";
  if (number && isMonths && number.value < 12) return number.value;
  if (start > at && isOneMonth(textAt(line, start))) return 1;
  if (start > at && /^(?:half|pol)$/.test(textAt(line, start))) return 6;
  return start > at && /^(?:a|een)$/.test(textAt(line, start)) && textAt(line, start + 1) === "half" ? 6 : 0;
}

/** "a year and a month" in Polish needs no number. */
const isOneMonth = (word: string) => word === "miesiac";

const nearly = (unit: Unit) => (unit === "year" ? 1 : perUnit[unit] / 2);

function around(line: Line, at: number, after: number, unit: Unit, word: string): number {
  const before = textAt(line, at - 1);
  const next = withIn(line, at, after);
  const since = sinceBirth(line, at, after);
  if (since !== undefined && unit !== "year") return since ? 2 : -3;
  const isOfChild = ageAfter.has(next) || (perUnit[unit] >= 1 && child.test(next));
  let score = 0;
  if (
    durationBefore.has(before) &&
    !isEnglishSon(before, word) &&
    !isOfChild &&
    !/^yo$|jarig|letni/.test(word)
  )
    score -= before === "al" || before === "juz" ? 1 : 3;
  if (durationAfter.has(next) || /^(?:geleden|ago|temu|once)$/.test(withIn(line, at, after + 1))) score -= 3;
  if (at === 0 || isOfChild || /^(?:baby|bebek|bebe)/.test(next)) score += 1;
  if (ageBefore.has(before) || (almost.has(before) && unit === "year")) score += 1;
  if (ageAfter.has(next)) score += 1;
  if (/lik$|yas|^yo$|jarig|letni/.test(word)) score += 2;
  if (/^(?:a|an|to|een|bi|bir|on)$/.test(textAt(line, at)) && !ageAfter.has(next) && !/lik$|yas/.test(word))
    score -= 1;
  return score;
}

const widestBirth = 4;
const notSince =
  /^(?:te|early|premature|prematuur|voor|before|za|przed|once|erken|w|at|met|bij|zwanger|pregnant|ciazy|hamile)$/;

/**
 * "Bevallen, twee weken terug", "4 months since the birth": so old is the child. "Born at 33 weeks" says nothing of
 * it: false. Undefined when no birth is spoken of.
 */
function sinceBirth(line: Line, at: number, after: number): boolean | undefined {
  const isSpokenOf = line
    .slice(Math.max(0, at - widestBirth), after + widestBirth)
    .some(({ text, sentence }) => sentence === line[at]?.sentence && birth.test(text));
  if (!isSpokenOf) return undefined;
  return !notSince.test(textAt(line, after)) && !notSince.test(textAt(line, at - 1));
}

/** In Turkish "son" is "the last". */
const isEnglishSon = (before: string, unit: string) =>
  before === "son" && !/^(?:ay|yil|gun|hafta)/.test(unit);

const notAnAge =
  /^(?:keer|times|uur|hours?|x|kilo|kg|degrees|graden|razy|of|cm|%|ml|euro|min|minuten|minutes|weken|weeks|dagen|days|maanden|months|children|kids|kinderen|mensen|people|nights?|nachten)$/;
const article = /^(?:a|an|to|een|bi|bir|on|one|jeden|jedna)$/;
const child =
  /^(?:(?:pleeg|stief)?dochter\w*|(?:klein|pleeg|stief)?zoon\w*|(?:klein|pleeg|stief)?kin(?:t|d\w*)|kleindochter|jongens?|jongetje|meisjes?|meid|meisje|broertje|zusje|peuter|kleuter|kleine|dreumes|gozer\w*|jochie|ventje|mannetje|oudste|middelste|jongste|grote|tweeling|(?:grand|step)?daughters?|(?:grand|step)?sons?|boys?|girls?|toddlers?|kids?|child|sister|brother|kiddo|lads?|lass|syn(?:ek|owi|kowi)?|cork[aei]|wnu(?:k|czka))$/;
const grownUp = /^(?:moeders?|vaders?|ouders?|mama|papa|mam|pap|vriend\w*|juf|meester|oma|opa)$/;
const becomes = /^(?:bitti|oldu|girdi|doldu|geldi|basti|geworden?|skonczone)$/;

/** "he is 3", "ze is bijna twee", "mijn zoon van vier": an age without a unit is years. */
function bareAt(line: Line, at: number): Reading | null {
  const number = numberAt(line, at);
  if (number === null || number.value > 18 || number.value < 1) return null;
  if (article.test(textAt(line, at)) && !isMoreThanArticle(line, at, number)) return null;
  const after = at + number.length;
  if (notAnAge.test(withIn(line, at, after)) || unitOf(withIn(line, at, after))) return null;
  const near = almost.has(textAt(line, at - 1));
  const more = and.has(textAt(line, after)) ? extra(line, after) : 0;
  if (!near && more === 0 && !isSaid(line, at, number)) return null;
  const less = near || isToCome(line, at) ? 1 : 0;
  return { months: number.value * 12 + more - less, score: more > 0 ? 3 : 1 };
}

/** "Turned one", "one and a half". */
function isMoreThanArticle(line: Line, at: number, { value }: Counted): boolean {
  return value === 1.5 || (value === 1 && /^turn(?:ed|s)$/.test(textAt(line, at - 1)));
}

/** "Wordt volgende maand vier", "turns four next week": not yet. */
function isToCome(line: Line, at: number): boolean {
  const around = line.slice(Math.max(0, at - 4), at + 4).filter(({ clause }) => clause === line[at]?.clause);
  return around.some(({ text }) => becoming.test(text)) && around.some(({ text }) => soon.test(text));
}

/** Whether the words around a bare number say that it is an age. A half is hardly ever anything else. */
function isSaid(line: Line, at: number, { value, length }: Counted): boolean {
  const previous = textAt(line, at - 1);
  const before = textAt(line, at - 2);
  const next = withIn(line, at, at + length);
  if (value % 1 === 0.5 && value < 7) return true;
  if (/^(?:is|hes|shes|im|turned|wordt|werd|turns|turn|skonczyl\w*|aged?)$/.test(previous)) return true;
  if (/^(?:net|just|pas|al|already|now|nu|only|exactly|nog)$/.test(previous) && hasAge.test(before))
    return true;
  if (isToCome(line, at) || (previous === "net" && before === "van")) return true;
  if (/^(?:van|of|net)$/.test(previous) && child.test(before)) return true;
  if (previous === "van" && (textAt(line, at - 3) === "ons" || (next === "" && !grownUp.test(before))))
    return true;
  if (child.test(previous) || child.test(previous.replace(/s$/, ""))) return true;
  if (at === 1 && /^(?:at|met|he|she|son|hij|ze|zij)$/.test(previous)) return true;
  if (/^(?:ma|mo)$/.test(previous) && (next === "" || and.has(next))) return true;
  if (previous === "at" && next === "" && value > 1 && !isTimely(line, at)) return true;
  if (becomes.test(next) || becomes.test(withIn(line, at, at + length + 1))) return true;
  if (next === "" && isSentence(line, at, length)) return value > 1;
  return at === 0 && (!Number.isInteger(value) || and.has(textAt(line, at + 1)));
}

const hasAge = /^(?:is|hes|shes|he|she|hij|ze)$/;

function isTimely(line: Line, at: number): boolean {
  return line.some(({ text, sentence }) => sentence === line[at]?.sentence && timely.test(text));
}

/** "He knows the whole alphabet. Three. Is that normal?" */
function isSentence(line: Line, at: number, length: number): boolean {
  const { sentence } = line[at] ?? {};
  const isWord = !/^\d/.test(textAt(line, at));
  return isWord && line[at - 1]?.sentence !== sentence && line[at + length]?.sentence !== sentence && at > 0;
}
