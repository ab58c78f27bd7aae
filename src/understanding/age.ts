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
const numbers = new Map<string, number>(
  [
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen",
    "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie dwanascie trzynascie czternascie pietnascie szesnascie siedemnascie osiemnascie",
    "zero jedna dwie trzech czterech pieciu szesciu siedmiu osmiu dziewieciu dziesieciu jedenastu dwunastu trzynastu czternastu pietnastu szesnastu siedemnastu osiemnastu",
    "sifir bir iki uc dort bes alti yedi sekiz dokuz on",
    "0 1yo tweeen drien wan fo fayv",
  ]
    .slice(0, 5)
    .flatMap((row) => list(row).map((word, value) => [word, value] as const)),
);
for (const [word, value] of Object.entries({
  a: 1,
  an: 1,
  to: 2,
  anderhalf: 1.5,
  anderhalve: 1.5,
  tweeenhalf: 2.5,
  drieenhalf: 3.5,
  vierenhalf: 4.5,
  tweeeneenhalf: 2.5,
  tweeenhalve: 2.5,
  drieenhalve: 3.5,
  vijfenhalf: 5.5,
  zesenhalf: 6.5,
  zevenenhalf: 7.5,
  poltora: 1.5,
  poltorej: 1.5,
  jednego: 1,
  tuz: 0,
  onbir: 11,
  oniki: 12,
  twenty: 20,
  twintig: 20,
  dwadziescia: 20,
  yirmi: 20,
  negentien: 19,
  nineteen: 19,
  otuz: 30,
  pietnasto: 15,
})) {
  if (value > 0) numbers.set(word.replace(/(.)\1{2,}/g, "$1"), value);
}

const units: readonly (readonly [RegExp, Unit, number])[] = [
  [/^(?:dag(?:en)?|dagjes|days?|dni|dzien|gunluk)$/, "day", 0],
  [/^dniow/, "day", 2],
  [/^(?:weken|week|wkn?|weekjes|weekse|weeks?|wks?|tydzien|tygodni[ea]?|tyg|haftalik|wekig)$/, "week", 0],
  [/^(?:tygodniow|weekold)/, "week", 2],
  [
    /^(?:maand(?:en|jes)?|mnd(?:en|jes)?|mndn|maant|maande|mont?hs?|mths?|mos?|mnths?|munfs?|munths?|mies|msc|mc|mce|mcy|mce|miesi(?:ac|ace|aca|ecy|oncy|ency)|miesiecy|mieszy|ay|aylik|ayini?|ayli|ayina|ayinda)$/,
    "month",
    1,
  ],
  [/^(?:miesieczn|maands)/, "month", 2],
  [
    /^(?:jaar|jr|jaartjes|jarige?|jaren|years?|yrs?|yo|y|yr|roku?|lata?|latk[ai]|letni\w*|roczek|yas|yasinda\w*|yasina|yasindayim|yaslarinda|yasini|yasli)$/,
    "year",
    1,
  ],
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
const halves = new Set(list("half halve halfjaar bucuk bucukluk pol"));

/** Completed months, or null when the words do not say. */
export function ageIn(words: readonly Word[]): number | null {
  const texts = words.map((word) => word.text);
  const readings = texts.flatMap((_, at) => readingAt(texts, at) ?? []);
  const best = readings.reduce<Reading | null>(
    (sofar, next) => (next.score >= 1 && next.score > (sofar?.score ?? 0) ? next : sofar),
    null,
  );
  return best === null ? null : Math.floor(best.months + 1e-6);
}

function readingAt(texts: readonly string[], at: number): Reading | null {
  return fixedAt(texts, at) ?? joinedAt(texts[at] ?? "") ?? countedAt(texts, at) ?? bareAt(texts, at);
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
    const value = stem === undefined ? undefined : (stems[stem] ?? numbers.get(stem) ?? numeric(stem));
    if (value !== undefined && !Number.isNaN(value)) return { months: value * perUnit[unit], score: 3 };
  }
  return null;
}

function numeric(text: string): number {
  return /^\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
}

/** A number, with its half if one follows, and how many words it takes. */
function numberAt(texts: readonly string[], at: number): { value: number; length: number } | null {
  const text = texts[at] ?? "";
  const value = numbers.get(text) ?? numeric(text);
  if (Number.isNaN(value)) return null;
  const tens = text === "on" ? (numbers.get(texts[at + 1] ?? "") ?? 0) : 0;
  if (tens > 0 && tens < 10) return { value: 10 + tens, length: 2 };
  if (halves.has(texts[at + 1] ?? "")) return { value: value + 0.5, length: 2 };
  if (and.has(texts[at + 1] ?? "") && halves.has(texts[at + 2] ?? ""))
    return { value: value + 0.5, length: 3 };
  if (
    and.has(texts[at + 1] ?? "") &&
    /^(?:a|een)$/.test(texts[at + 2] ?? "") &&
    halves.has(texts[at + 3] ?? "")
  ) {
    return { value: value + 0.5, length: 4 };
  }
  return { value, length: 1 };
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
  const unit = units.find(([shape]) => shape.test(texts[start + (number?.length ?? 0)] ?? ""));
  if (number && unit?.[1] === "month" && number.value < 12) return number.value;
  if (start > at && /^(?:half|pol)$/.test(texts[start] ?? "")) return 6;
  return start > at && /^(?:a|een)$/.test(texts[start] ?? "") && /^half$/.test(texts[start + 1] ?? "")
    ? 6
    : 0;
}

const nearly = (unit: Unit) => (unit === "year" ? 1 : perUnit[unit] / 2);

function around(texts: readonly string[], at: number, after: number, unit: Unit, word: string): number {
  const before = texts[at - 1] ?? "";
  const next = texts[after] ?? "";
  let score = 0;
  if (durationBefore.has(before) && !ageAfter.has(next)) score -= before === "al" || before === "juz" ? 1 : 3;
  if (durationAfter.has(next) || /^(?:geleden|ago|temu|once)$/.test(texts[after + 1] ?? "")) score -= 3;
  if (at === 0 || /^(?:baby|bebek|bebe)/.test(next)) score += 1;
  if (ageBefore.has(before) || (almost.has(before) && unit === "year")) score += 1;
  if (ageAfter.has(next)) score += 2;
  if (/lik$|yas|^yo$|jarig|letni/.test(word)) score += 2;
  if (/^(?:a|an|to|een|bir|on)$/.test(texts[at] ?? "") && !ageAfter.has(next) && !/lik$|yas/.test(word))
    score -= 1;
  return score;
}

const notAnAge =
  /^(?:keer|times|uur|hours?|x|kilo|kg|degrees|graden|razy|of|cm|%|ml|euro|min|minuten|minutes|weken|weeks|dagen|days|maanden|months|children|kids|kinderen|mensen|people|nights?|nachten)$/;
const article = /^(?:a|an|to|een|bir|on|one|jeden|jedna)$/;
const child =
  /^(?:dochter\w*|zoon\w*|kind\w*|jongen|meisje|broertje|zusje|peuter|kleuter|oudste|jongste|tweeling|daughter|son|boy|girl|toddler|kid|sister|brother|kiddo)$/;

/** "he is 3", "ze is bijna twee", "mijn zoon van vier": an age without a unit is years. */
function bareAt(texts: readonly string[], at: number): Reading | null {
  const number = numberAt(texts, at);
  if (number === null || number.value > 18 || number.value < 1 || article.test(texts[at] ?? "")) return null;
  const after = at + number.length;
  if (notAnAge.test(texts[after] ?? "")) return null;
  const near = almost.has(texts[at - 1] ?? "");
  const more = and.has(texts[after] ?? "") ? extra(texts, after) : 0;
  if (!near && more === 0 && !isSaid(texts, at, number.value)) return null;
  return { months: number.value * 12 + more - (near ? 1 : 0), score: more > 0 ? 3 : 1 };
}

/** Whether the words before a bare number say that it is an age. */
function isSaid(texts: readonly string[], at: number, value: number): boolean {
  const previous = texts[at - 1] ?? "";
  const before = texts[at - 2] ?? "";
  if (/^(?:is|hes|shes|im|turned|wordt|werd|turns)$/.test(previous)) return true;
  if (/^(?:net|just|pas|al|already|now|nu)$/.test(previous) && /^(?:is|hes|shes)$/.test(before)) return true;
  if ((previous === "van" || previous === "of") && child.test(before)) return true;
  return at === 0 && (!Number.isInteger(value) || and.has(texts[at + 1] ?? ""));
}
