import { ageIn } from "../../src/understanding/age.ts";
import { wordsOf } from "../../src/understanding/normalise.ts";
import { temperaturesIn } from "../../src/understanding/temperature.ts";

test.each([
  ["hij is 7 mnd", 7],
  ["baby van zes weken", 1],
  ["6 weken oud", 1],
  ["anderhalf jaar", 18],
  ["ze is tweeënhalf", 30],
  ["mijn dochter van 2 luistert niet", 24],
  ["mijn zoon van vier jaar", 48],
  ["zevenjarige", 84],
  ["newborn", 0],
  ["pasgeboren", 0],
  ["she's 18 months old", 18],
  ["3yo", 36],
  ["two and a half years old", 30],
  ["nearly 3 years old", 35],
  ["2 years and 3 months", 27],
  ["10 days old", 0],
  ["ma siedem miesięcy", 7],
  ["dwa i pół roku", 30],
  ["półtora roku", 18],
  ["pół roku", 6],
  ["dwulatek", 24],
  ["siedmiomiesięczny", 7],
  ["rok i osiem miesięcy", 20],
  ["on aylık", 10],
  ["iki buçuk yaşında", 30],
  ["6 haftalık bebek", 1],
  ["yeni doğan", 0],
  ["on iki yaşında", 144],
  ["twenty-eight months", 28],
  ["tweeëntwintig maanden oud", 22],
  ["yirmi altı aylık", 26],
  ["dwadzieścia dwa miesiące", 22],
  ["3y8m", 44],
  ["driftbuien, 2,5", 30],
  ["clustervoeden elke avond, 8 weken", 1],
])("%s is %d months", (text, months) => expect(ageIn(wordsOf(text))).toBe(months));

test.each([
  "hij huilt al 3 weken",
  "she ate nothing today",
  "oğlum yedi ve kustu",
  "kızım on dakika ağladı",
  "she three times wakes up",
  "tree fell on the pram",
  "since 2 months",
  "3 weken geleden",
  "od 3 dni gorączka",
  "3 haftadır uyumuyor",
  "elke 2 uur",
  "hallo",
  "38 weken zwanger",
])("%s says no age", (text) => expect(ageIn(wordsOf(text))).toBeNull());

test.each([
  ["38,5 graden", [38.5]],
  ["temp 101.3", [38.5]],
  ["39 koorts", [39]],
  ["ateşi 38 5", [38.5]],
  ["38 weken zwanger met koorts", []],
  ["maat 38", []],
])("%s reads %j", (text, degrees) => {
  expect(temperaturesIn(wordsOf(text)).map(({ celsius }) => celsius)).toEqual(degrees);
});
