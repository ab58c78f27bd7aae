/**
 * The words in which an age is told, in all four languages: numbers, units, and what stands around them.
 *
 * @module
 */

export type Unit = "day" | "week" | "month" | "year";

export const perUnit: Readonly<Record<Unit, number>> = { day: 1 / 30.4, week: 1 / 4.35, month: 1, year: 12 };

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
  "sifir bir iki uc dort bes alti yedi sekiz dokuz on onbir oniki onuc ondort onbes onalti onyedi onsekiz ondokuz",
];
/** "The eighth month": seven of them are completed. In order from the first. */
const ordinalRows = [
  "pierwszy drugi trzeci czwarty piaty szosty siodmy osmy dziewiaty dziesiaty jedenasty dwunasty trzynasty czternasty pietnasty szesnasty siedemnasty osiemnasty dziewietnasty",
  "pierwszym drugim trzecim czwartym piatym szostym siodmym osmym dziewiatym dziesiatym jedenastym dwunastym trzynastym czternastym pietnastym szesnastym siedemnastym osiemnastym dziewietnastym",
  "birinci ikinci ucuncu dorduncu besinci altinci yedinci sekizinci dokuzuncu onuncu",
];
export const ordinals = new Map<string, number>(
  ordinalRows.flatMap((row) => list(row).map((word, before) => [word, before + 1] as const)),
);
export const tens = new Map<string, number>([
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
  bi: 1,
  dziesiync: 10,
  drienhalf: 3.5,
  fower: 4,
  piync: 5,
  piytnoscie: 15,
  seeven: 7,
  sekkiz: 8,
  styry: 4,
  tweenhalf: 2.5,
  twa: 2,
  zeve: 7,
  zvn: 7,
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
export const numbers = new Map(spelled.map(([word, value]) => [shortened(word), value]));

/** As `fold` leaves a word: "tweeeneenhalf" has lost two of its letters. */
function shortened(word: string): string {
  return word.replace(/(.)\1{2,}/g, "$1");
}

export const units: readonly (readonly [RegExp, Unit, number])[] = [
  [/^(?:dag(?:en)?|dagjes|daags|days?|dni|dzien|gunluk|gun)$/, "day", 0],
  [/^dniow/, "day", 2],
  [/^(?:tygodniow|weekold)/, "week", 2],
  [
    /^(?:weke?n?|wkn?|wken|weekjes|weekse|weeks?|wee?ks?|wks?|tydzien|tygodni[ea]?|tyg(?:odn)?|tygodni\w*|haftalik|haftlik|hafdalik|haftalih|hafta|hf|wekig|wekes|tydni|tydnie)$/,
    "week",
    0,
  ],
  [
    /^(?:maand(?:en|jes?)?|mnd(?:en|jes|je)?|mndn|maant|maan[dt]?e?n?|maond[ej]?n?|manden|mont?hs?|monts?|monhts?|mnts?|mths?|mos?|mntohs?|mnths?|munfs?|munf|munths?|mies|msc|mc|mce|mcy|miesi(?:ac|ace|aca|acu|ecy|oncy|ency|once|once)|miesyncy|miesiyncy|miesionc[ea]?|miesunc|mieszy|miech(?:y|ow|ach)?|miese?cy|mieisecy|mieseicy|miesia[ck]+ow|miesence|msc?y?|ay|aylik\w*|aylk|ayluk|aylih|ayllik|aylig\w*|ayini?|ayi|ayli|ayligi?n?|aylar|ayina|ayinda|aydir|ayda)$/,
    "month",
    1,
  ],
  [/^(?:miesieczn|miesiencz|maands)/, "month", 2],
  [
    /^(?:jaar|jaor|jr|joar|jaartjes|jarige?|jaren|years?|yeers?|yers?|yr?s?|yo|y|yr|roku?|roki|rokow|lata?|latk(?:a|i|ow|iem|owi)|latek\w*|letni\w*|rocz(?:ek|ki|kow|n\w*)|r|yia|yas|yasa|yasinda\w*|yasnda\w*|yasindedir|yasina|yasindayim|yaslarinda|yasini|yasli)$/,
    "year",
    1,
  ],
  [/^yil$/, "year", 0],
];
export const joined: readonly (readonly [RegExp, Unit])[] = [
  [/^(.+?)(?:o|u)?(?:lat(?:ek|ka|ki|kiem|kowi|ke|ce)|letni\w*|latk\w*|lotek|lotk\w*)$/, "year"],
  [/^(.+?)(?:o|u)?miesieczn\w*$/, "month"],
  [/^(.+?)(?:o|u)?tygodniow\w*$/, "week"],
  [/^(.+?)jarig\w*$/, "year"],
  [/^(.+?)maands\w*$/, "month"],
  [/^(.+?)weekse?$/, "week"],
];
export const stems: Readonly<Record<string, number>> = {
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
  osiemnast: 18,
  dziewietnast: 19,
  poltora: 1.5,
  jedno: 1,
  jedn: 1,
};
export const fixed: readonly (readonly [RegExp, number, number])[] = [
  [/^poltora(?:rocz|lat)\w*$/, 18, 3],
  [/^(?:newborns?|neonates?|pasgeboren\w*|noworod\w*|yenidogan\w*)$/, 0, 2],
  [/^(?:polroczn\w*|polroku)$/, 6, 3],
  [/^(?:roczn[aeiy]\w*|roczniak\w*|roczek)$/, 12, 2],
];

export const durationBefore = new Set(
  list(
    "sinds al binnen elke iedere om na afgelopen laatste over duurt al since for every last past within after over in od co przez za po ostatnie juz dopiero son her iki gunde next volgende te",
  ),
);
export const durationAfter = new Set(
  list(
    "geleden lang ago temu once long boyunca dir sonra zwanger pregnant ciazy hamile later apart per early difference verschil roznicy premature left niet-geslapen not without straight",
  ),
);
export const ageBefore = new Set(
  list(
    "is van ma baby zoon zoontje dochter dochtertje son daughter hes shes turned turns he she skonczyl skonczyla skonczyly mamy kizim oglum bebegim bebek of just almost nearly bijna prawie about at z dziecko synek corka coreczka aged age leeftijd met wiek wieku mo mala maly malutka malutki niemowle bij rond rondom around circa okolo",
  ),
);
export const ageAfter = new Set(list("old oud oude ould ol olan olds"));
export const almost = new Set(list("bijna nearly almost prawie niespelna neredeyse"));
export const and = new Set(list("en and i n ve"));
export const halves = new Set(list("half halve halfjaar haf bucuk bucukluk bucukta bucugunda pol pul"));
export const quarters: Readonly<Record<string, number>> = {
  kwart: 0.25,
  cwierc: 0.25,
  quarter: 0.25,
  quarters: 0.75,
};

/** Words of a birth: what is counted near them is how long ago the child was born. */
export const birth =
  /^(?:bevallen|bevalling|geboren|geboorte|born|birth|postpartum|partum|urodz\w*|porod\w*|dogum\w*|dogdu\w*|dogurdu\w*|dogurali)$/;
/** Soon: an age that is told with it is not reached. */
export const soon =
  /^(?:volgende|komende|binnenkort|straks|next|soon|wkrotce|niedlugo|niebawem|gelecek|haftaya|onumuzdeki|yakinda)$/;
export const becoming = /^(?:wordt|word|turns|turn|turning|skonczy|konczy|girecek|olacak|dolduracak)$/;
/** With a bare number it tells a time of day, not an age: "wakes at five". */
export const timely =
  /^(?:w[ao]k\w*|bed\w*|sleep\w*|asleep|up|morning\w*|evening\w*|nights?|tonight|pm|am|clock|dinner|supper|breakfast|tea|feed\w*|bottle\w*|nap\w*|late|home|finish\w*|starts?|ends?|lunch|every|until|till|party|out|off|noon|gets?|sees?|arrives?|comes?|lights?|wifi)$/;
