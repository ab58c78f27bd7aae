import { measure, scores } from "../../src/language/readability.ts";
import type { Language } from "../../src/terms.ts";

const known = { known: {}, names: [] };

describe("a sentence", () => {
  test.each<[string, Language, number]>([
    ["Eén zin. Nog een zin? Ja!", "nl", 3],
    ["Bel om 19.30 uur. Dan is er iemand.", "nl", 2],
    ["Geef 8.5 gram of 8,5 gram.", "nl", 1],
    ["2. hafta kolay olmaz. Bekleyin.", "tr", 2],
    ["Je kind is 3. Dat is groot.", "nl", 2],
    ["Zeg: “Ik kom zo.” En doe het.", "nl", 2],
    ["Een lijst:\n• slapen\n• eten", "nl", 3],
    ["Wacht … en kijk.", "nl", 2],
    ["", "nl", 0],
  ])("ends where one stops reading: %s", (text, language, sentences) =>
    expect(measure(text, language, known).sentences).toBe(sentences),
  );

  test("counts a place as one word, however it is written", () =>
    expect(measure("We bellen vóór {{ when }}.", "nl", known).words).toBe(4));
});

test("tells the longest sentence, so that an author finds it", () => {
  const { longest, longestSentence } = measure("Kort. Dit is een iets langere zin. Kort.", "nl", known);
  expect([longest, longestSentence]).toEqual(["Dit is een iets langere zin", 6]);
});

test("counts sentences to the line, not to the text", () =>
  expect(measure("Een. Twee.\nDrie. Vier. Vijf.", "nl", known).mostInLine).toBe(3));

/** Ten words in two sentences, twelve syllables, one word of four syllables. */
const measures = {
  words: 10,
  sentences: 2,
  longestSentence: 5,
  longest: "",
  mostInLine: 2,
  sentenceLength: 5,
  wordLength: 1.2,
  hardWords: 10,
};

test.each<[Language, string, number]>([
  ["nl", "Flesch-Douma", 206.835 - 4.65 - 92.4],
  ["nl", "Brouwer", 195 - 80 - 10],
  ["en", "Flesch", 206.835 - 5.075 - 101.52],
  ["en", "Flesch-Kincaid", 1.95 + 14.16 - 15.59],
  ["pl", "FOG-PL", 6],
  ["pl", "Pisarek", Math.sqrt(125) / 2],
  ["tr", "Ateşman", 198.825 - 48.21 - 13.05],
  ["tr", "Çetinkaya-Uzun", 118.823 - 31.1844 - 4.855],
])("%s is scored by %s as its authors published it", (language, formula, value) => {
  const found = scores(measures, language, false).find((score) => score.formula === formula);
  expect(found?.value).toBeCloseTo(value, 6);
});

test("the simple form has the stricter gate, whichever way a formula runs", () => {
  for (const language of ["nl", "en", "pl", "tr"] as const)
    for (const [at, standard] of scores(measures, language, false).entries()) {
      const simple = scores(measures, language, true)[at];
      const stricter = (simple?.gate ?? 0) - standard.gate;
      expect(standard.lowerIsEasier ? -stricter : stricter).toBeGreaterThan(0);
    }
});
