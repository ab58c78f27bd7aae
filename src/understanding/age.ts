/**
 * The child's age, as far as the words say it.
 *
 * @module
 */
import type { Word } from "./normalise.ts";

/** One way of reading an age in the words. Higher scores speak more clearly of an age than of a duration. */
interface Reading {
  readonly months: number;
  readonly score: number;
}

type Unit = "day" | "week" | "month" | "year";

const perUnit: Readonly<Record<Unit, number>> = { day: 1 / 30.4, week: 1 / 4.35, month: 1, year: 12 };

const list = (words: string) => words.split(" ");

/** Words for nought to nineteen, in order; a word of another row may mean the same. Dialect and slips among them. */
const rows = [
  "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
  "nul ien twie dreij vere vief zess sieven aacht nege tieng ellef twaleb dertieng veertie vieftien zestie zeuventien achtien negetien",
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
  "zero wun twa thre foar fayv sicks sevn eicht nyne tenn elevn twelv firteen forteen fifteen sixteen seventeen aiteen ninteen",
  "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie dwanascie trzynascie czternascie pietnascie szesnascie siedemnascie osiemnascie dziewietnascie",
  "zero jedna dwie trzech czterech pieciu szesciu siedmiu osmiu dziewieciu dziesieciu jedenastu dwunastu trzynastu czternastu pietnastu szesnastu siedemnastu osiemnastu dziewietnastu",
  "zero jednego dwoch trzi sztyry pinc szejsc siedym losiem dziewinc dziesinc jedynascie dwanoscie trzynoscie sztyrnoscie pietnoscie szesnoscie siedymnoscie osiymnoscie dziewietnoscie",
  "zero pierwszy drugi trzeci czwarty piaty szosty siodmy osmy dziewiaty dziesiaty jedenasty dwunasty trzynasty czternasty pietnasty szesnasty siedemnasty osiemnasty dziewietnasty",
  "zero pierwszym drugim trzecim styry piatym szostym siodmym osmym dziewiatym dziesiatym jedenastym dwunastym trzynastym czternastym pietnastym szesnastym siedemnastym osiemnastym dziewietnastym",
  "sifir bir iki uc dort bes alti yedi sekiz dokuz on onbir oniki onuc ondort onbes onalti onyedi onsekiz ondokuz",
  "sifir birinci ikinci ucuncu dorduncu besinci altinci yedinci sekkiz dokuzuncu onuncu",
];
const tens = new Map<string, number>([
  ...["twintig", "twenty", "dwadziescia", "dwudziestu", "dwudziesty", "yirmi"].map(
    (word) => [word, 20] as const,
  ),
  ...["dertig", "thirty", "trzydziesci", "trzydziestu", "trzydziesty", "otuz"].map(
    (word) => [word, 30] as const,
  ),
  ...["veertig", "forty", "czterdziesci", "czterdziestu", "kirk"].map((word) => [word, 40] as const),
]);
const apart: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  to: 2,
  anderhalf: 1.5,
  anderhalve: 1.5,
  anderhalluf: 1.5,
  zeuven: 7,
  neuge: 9,
  poltora: 1.5,
  poltorej: 1.5,
  poltoraroku: 1.5,
  piec: 5,
};
const dutchUnits = list("een twee drie vier vijf zes zeven acht negen");

const dutchTens = Object.entries({ twintig: 20, dertig: 30, veertig: 40 });

const spelled: readonly (readonly [string, number])[] = [
  ...rows.flatMap((row) => list(row).map((word, value) => [word, value] as const)),
  ...tens,
  ...dutchUnits.flatMap((word, at) => [
    ...dutchTens.map(([ten, value]) => [`${word}en${ten}`, at + 1 + value] as const),
    ...["half", "halve", "eenhalf"].map((half) => [`${word}en${half}`, at + 1.5] as const),
  ]),
  ...Object.entries(apart),
];
const numbers = new Map(spelled.map(([word, value]) => [shortened(word), value]));

/** As `fold` leaves a word: "tweeeneenhalf" has lost two of its letters. */
function shortened(word: string): string {
  return word.replace(/(.)\1{2,}/g, "$1");
}

const units: readonly (readonly [RegExp, Unit, number])[] = [
  [/^(?:dag(?:en)?|dagjes|daags|days?|dni|dzien|gunluk|gun)$/, "day", 0],
  [/^dniow/, "day", 2],
  [/^(?:tygodniow|weekold)/, "week", 2],
  [
    /^(?:weke?n?|wkn?|wken|weekjes|weekse|weeks?|wee?ks?|wks?|tydzien|tygodni[ea]?|tyg(?:odn)?|tygodni\w*|haftalik|haftlik|hafdalik|haftalih|hafta|hf|wekig|wekes|tydni|tydnie)$/,
    "week",
    0,
  ],
  [
    /^(?:maand(?:en|jes?)?|mnd(?:en|jes|je)?|mndn|maant|maan[dt]?e?n?|maond[ej]?n?|manden|mont?hs?|monts?|monhts?|mnts?|mths?|mos?|mnths?|munfs?|munths?|mies|msc|mc|mce|mcy|miesi(?:ac|ace|aca|acu|ecy|oncy|ency|once|once)|miesyncy|miesiyncy|miesionce?|mieszy|miech(?:y|ow|ach)?|miese?cy|mieisecy|mieseicy|miesia[ck]+ow|miesence|msc?y?|ay|aylik\w*|aylk|ayluk|aylih|ayllik|aylig\w*|ayini?|ayli|aylar|ayina|ayinda|aydir|ayda)$/,
    "month",
    1,
  ],
  [/^(?:miesieczn|miesiencz|maands)/, "month", 2],
  [
    /^(?:jaar|jaor|jr|joar|jaartjes|jarige?|jaren|years?|yeers?|yr?s?|yo|y|yr|roku?|roki|rokow|lata?|latk(?:a|i|ow|iem|owi)|latek\w*|letni\w*|roczek|r|yia|yas|yasa|yasinda\w*|yasindedir|yasina|yasindayim|yaslarinda|yasini|yasli)$/,
    "year",
    1,
  ],
  [/^yil$/, "year", 0],
];
const joined: readonly (readonly [RegExp, Unit])[] = [
  [/^(.+?)(?:o|u)?(?:lat(?:ek|ka|ki|kiem|kowi|ke|ce)|letni\w*|latk\w*)$/, "year"],
  [/^(.+?)(?:o|u)?miesieczn\w*$/, "month"],
  [/^(.+?)(?:o|u)?tygodniow\w*$/, "week"],
  [/^(.+?)jarig\w*$/, "year"],
  [/^(.+?)maands\w*$/, "month"],
  [/^(.+?)weekse?$/, "week"],
];
const stems: Readonly<Record<string, number>> = {
  dw: 2,
  dwu: 2,
  trz: 3,
  trzy: 3,
  czter: 4,
  cztero: 4,
  piec: 5,
  pieci: 5,
  szesc: 6,
  szesci: 6,
  siedm: 7,
  siedmi: 7,
  osm: 8,
  osmi: 8,
  dziewieci: 9,
  dziesieci: 10,
  jedenast: 11,
  dwunast: 12,
  trzynast: 13,
  czternast: 14,
  pietnast: 15,
  szesnast: 16,
  siedemnast: 17,
  poltora: 1.5,
  jedno: 1,
  jedn: 1,
};
const fixed: readonly (readonly [RegExp, number, number])[] = [
  [/^poltora(?:rocz|lat)\w*$/, 18, 3],
  [/^(?:newborns?|neonates?|pasgeboren\w*|noworod\w*|yenidogan\w*)$/, 0, 2],
  [/^(?:polroczn\w*|polroku)$/, 6, 3],
  [/^(?:roczn[aeiy]\w*|roczniak\w*|roczek)$/, 12, 2],
];

const durationBefore = new Set(
  list(
    "sinds al binnen elke iedere om na afgelopen laatste over duurt al since for every last past within after over in od co przez za po ostatnie juz dopiero son her iki gunde next volgende te",
  ),
);
const durationAfter = new Set(
  list(
    "geleden lang ago temu once long boyunca dir sonra zwanger pregnant ciazy hamile later apart per early difference verschil roznicy premature left niet-geslapen not without straight",
  ),
);
const ageBefore = new Set(
  list(
    "is van ma baby zoon zoontje dochter dochtertje son daughter hes shes turned turns he she skonczyl skonczyla skonczyly mamy kizim oglum bebegim bebek of just almost nearly bijna prawie about at z dziecko synek corka coreczka aged age leeftijd met wiek wieku",
  ),
);
const ageAfter = new Set(list("old oud oude ould ol olan"));
const almost = new Set(list("bijna nearly almost prawie niespelna neredeyse"));
const and = new Set(list("en and i n ve"));
const halves = new Set(list("half halve halfjaar haf bucuk bucukluk bucukta bucugunda pol pul"));
const quarters: Readonly<Record<string, number>> = {
  kwart: 0.25,
  cwierc: 0.25,
  quarter: 0.25,
  quarters: 0.75,
};

/** Completed months, or null when the words do not say. */
export function ageIn(words: readonly Word[]): number | null {
  const texts = words.map((word) => word.text);
  const readings = texts.flatMap((_, at) => {
    const reading = readingAt(texts, at);
    return reading === null ? [] : [{ ...reading, score: reading.score + (standsAlone(words, at) ? 1 : 0) }];
  });
  const best = readings.reduce<Reading | null>(
    (sofar, next) => (next.score >= 1 && next.score > (sofar?.score ?? 0) ? next : sofar),
    null,
  );
  return best === null ? null : Math.floor(best.months + 1e-6);
}

/** Whether a number and its unit are a clause of their own: "cramps every evening, 8 weeks". */
function standsAlone(words: readonly Word[], at: number): boolean {
  const clause = words[at]?.clause;
  return words[at - 1]?.clause !== clause && words[at + 2]?.clause !== clause;
}

function readingAt(texts: readonly string[], at: number): Reading | null {
  return (
    fixedAt(texts, at) ??
    joinedAt(texts[at] ?? "") ??
    inYearsAt(texts, at) ??
    countedAt(texts, at) ??
    bareAt(texts, at)
  );
}

/** The number after its unit, "lat cztery", and the number that says by its ending that it is an age, "on altisinda". */
function inYearsAt(texts: readonly string[], at: number): Reading | null {
  const text = texts[at] ?? "";
  const before = numberAt(texts, at - 1);
  if (text === "lat" && before === null) {
    const after = numberAt(texts, at + 1);
    return after === null || after.value > 18 ? null : { months: after.value * 12, score: 1 };
  }
  const stem = /^(.+?)s?[iu]nda?e?(?:ki|yken|ydi|yim)?$/.exec(text)?.[1] ?? "";
  const value = numbers.get(stem) ?? 0;
  if (value < 3 || value > 17) return null;
  return { months: 12 * (value + (value < 8 && texts[at - 1] === "on" ? 10 : 0)), score: 1 };
}

function fixedAt(texts: readonly string[], at: number): Reading | null {
  const text = texts[at] ?? "";
  const next = texts[at + 1] ?? "";
  const found = fixed.find(([shape]) => shape.test(text));
  if (found) return { months: found[1], score: found[2] };
  if (text === "yeni" && /^dog/.test(next)) return { months: 0, score: 2 };
  if (text === "halfjaar") return { months: almost.has(texts[at - 2] ?? "") ? 5 : 6, score: 1 };
  if (and.has(texts[at - 1] ?? "") && numberAt(texts, at - 2) !== null) return null;
  if (/^(?:half|pol|yarim)$/.test(text) && /^(?:jaar|roku|a|yas\w*)$/.test(next))
    return { months: 6, score: 2 };
  if (text === "rok" || text === "roku")
    return counts(texts, at - 1)
      ? null
      : {
          months: 12 + extra(texts, at + 1),
          score: ageBefore.has(texts[at - 1] ?? "") || extra(texts, at + 1) > 0 ? 3 : 0,
        };
  return null;
}

const counts = (texts: readonly string[], at: number) =>
  numberAt(texts, at) !== null || /^pol/.test(texts[at] ?? "");

function joinedAt(text: string): Reading | null {
  for (const [shape, unit] of joined) {
    const stem = shape.exec(text)?.[1];
    const value = stem === undefined ? undefined : stemValue(stem);
    if (value !== undefined && !Number.isNaN(value)) return { months: value * perUnit[unit], score: 3 };
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
function numberAt(texts: readonly string[], at: number): Counted | null {
  const whole = wholeAt(texts, at);
  if (whole === null) return null;
  const next = at + whole.length;
  if (halves.has(texts[next] ?? "")) return { value: whole.value + 0.5, length: whole.length + 1 };
  if (!and.has(texts[next] ?? "")) return whole;
  const skipped = /^(?:a|een|three)$/.test(texts[next + 1] ?? "") ? next + 2 : next + 1;
  const part = halves.has(texts[skipped] ?? "") ? 0.5 : quarters[texts[skipped] ?? ""];
  return part === undefined ? whole : { value: whole.value + part, length: skipped + 1 - at };
}

interface Counted {
  readonly value: number;
  /** Words it takes. */
  readonly length: number;
}

/** "28", "achtentwintig", "twenty eight", "dwadziescia osiem", "yirmi sekiz", "on sekiz". */
function wholeAt(texts: readonly string[], at: number): Counted | null {
  const text = texts[at] ?? "";
  const value = numbers.get(text) ?? numeric(text);
  if (Number.isNaN(value)) return null;
  const unit = numbers.get(texts[at + 1] ?? "") ?? 0;
  const joins = (tens.has(text) || text === "on") && unit > 0 && unit < 10 && Number.isInteger(unit);
  return joins ? { value: value + unit, length: 2 } : { value, length: 1 };
}

function countedAt(texts: readonly string[], at: number): Reading | null {
  const number = numberAt(texts, at);
  if (number === null) return null;
  const word = texts[at + number.length] ?? "";
  const found = units.find(([shape]) => shape.test(word));
  if (!found) return null;
  const [, unit, score] = found;
  const after = at + number.length + 1;
  const value = number.value * perUnit[unit];
  if (value > 19 * 12) return null;
  const months =
    value +
    (unit === "year" ? extra(texts, after) : 0) -
    (almost.has(texts[at - 1] ?? "") ? nearly(unit) : 0);
  return { months: Math.max(0, months), score: score + around(texts, at, after, unit, word) };
}

/** Months named after years: "2 years and 3 months", "anderhalf en een half". */
function extra(texts: readonly string[], at: number): number {
  const start = and.has(texts[at] ?? "") ? at + 1 : at;
  const number = numberAt(texts, start);
  const word = texts[start + (number?.length ?? 0)] ?? "";
  const isMonths = word === "m" || units.find(([shape]) => shape.test(word))?.[1] === "month";
  if (number && isMonths && number.value < 12) return number.value;
  if (start > at && isOneMonth(texts[start] ?? "")) return 1;
  if (start > at && /^(?:half|pol)$/.test(texts[start] ?? "")) return 6;
  return start > at && /^(?:a|een)$/.test(texts[start] ?? "") && /^half$/.test(texts[start + 1] ?? "")
    ? 6
    : 0;
}

/** "a year and a month" in Polish needs no number. */
const isOneMonth = (word: string) => word === "miesiac";

const nearly = (unit: Unit) => (unit === "year" ? 1 : perUnit[unit] / 2);

function around(texts: readonly string[], at: number, after: number, unit: Unit, word: string): number {
  const before = texts[at - 1] ?? "";
  const next = texts[after] ?? "";
  let score = 0;
  if (durationBefore.has(before) && !isEnglishSon(texts, at - 1) && !ageAfter.has(next))
    score -= before === "al" || before === "juz" ? 1 : 3;
  if (durationAfter.has(next) || /^(?:geleden|ago|temu|once)$/.test(texts[after + 1] ?? "")) score -= 3;
  if (at === 0 || /^(?:baby|bebek|bebe)/.test(next)) score += 1;
  if (ageBefore.has(before) || (almost.has(before) && unit === "year")) score += 1;
  if (ageAfter.has(next)) score += 2;
  if (/lik$|yas|^yo$|jarig|letni/.test(word)) score += 2;
  if (/^(?:a|an|to|een|bir|on)$/.test(texts[at] ?? "") && !ageAfter.has(next) && !/lik$|yas/.test(word))
    score -= 1;
  return score;
}

/** In Turkish "son" is "the last". */
const isEnglishSon = (texts: readonly string[], at: number) =>
  texts[at] === "son" && /^(?:my|our|his|her|the|a|ma)$/.test(texts[at - 1] ?? "");

const notAnAge =
  /^(?:keer|times|uur|hours?|x|kilo|kg|degrees|graden|razy|of|cm|%|ml|euro|min|minuten|minutes|weken|weeks|dagen|days|maanden|months|children|kids|kinderen|mensen|people|nights?|nachten)$/;
const article = /^(?:a|an|to|een|bir|on|one|jeden|jedna)$/;
const child =
  /^(?:dochter\w*|(?:klein)?zoon\w*|kleinkind|kleindochter|kint?|kind\w*|jongen|meisje|broertje|zusje|peuter|kleuter|oudste|jongste|grote|tweeling|(?:grand)?daughter|(?:grand)?son|boy|girl|toddler|kid|child|sister|brother|kiddo|lad|syn(?:ek|owi|kowi)?|cork[aei]|wnu(?:k|czka))$/;
const becomes = /^(?:bitti|oldu|girdi|doldu|geldi|basti)$/;

/** "he is 3", "ze is bijna twee", "mijn zoon van vier": an age without a unit is years. */
function bareAt(texts: readonly string[], at: number): Reading | null {
  const number = numberAt(texts, at);
  if (number === null || number.value > 18 || number.value < 1 || article.test(texts[at] ?? "")) return null;
  const after = at + number.length;
  if (notAnAge.test(texts[after] ?? "")) return null;
  const near = almost.has(texts[at - 1] ?? "");
  const more = and.has(texts[after] ?? "") ? extra(texts, after) : 0;
  if (!near && more === 0 && !isSaid(texts, at, number)) return null;
  return { months: number.value * 12 + more - (near ? 1 : 0), score: more > 0 ? 3 : 1 };
}

/** Whether the words around a bare number say that it is an age. A half is hardly ever anything else. */
function isSaid(texts: readonly string[], at: number, { value, length }: Counted): boolean {
  const previous = texts[at - 1] ?? "";
  const before = texts[at - 2] ?? "";
  if (value % 1 === 0.5 && value < 7) return true;
  if (/^(?:is|hes|shes|im|turned|wordt|werd|turns|turn)$/.test(previous)) return true;
  if (/^(?:net|just|pas|al|already|now|nu|only|exactly|nog)$/.test(previous) && hasAge.test(before))
    return true;
  if (/^(?:van|of|net)$/.test(previous) && child.test(before)) return true;
  if (previous === "net" && before === "van") return true;
  if (child.test(previous) || (at === 1 && /^(?:at|met|he|she|son|hij|ze|zij)$/.test(previous))) return true;
  if (becomes.test(texts[at + length] ?? "") || becomes.test(texts[at + length + 1] ?? "")) return true;
  return at === 0 && (!Number.isInteger(value) || and.has(texts[at + 1] ?? ""));
}

const hasAge = /^(?:is|hes|shes|he|she|hij|ze)$/;
