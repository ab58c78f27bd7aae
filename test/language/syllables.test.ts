import { loadWording } from "../../src/http/inspect-content.ts";
import { countSyllables } from "../../src/language/syllables.ts";
import type { Language } from "../../src/terms.ts";
import { root } from "../support/content.ts";

const { syllables, names } = loadWording(root);
const counted = (word: string, language: Language): number =>
  countSyllables(word, language, { known: syllables, names });

const spoken: Readonly<Record<Language, Readonly<Record<string, number>>>> = {
  nl: {
    kind: 1,
    baby: 2,
    slapen: 2,
    huilen: 2,
    mooi: 1,
    mooie: 2,
    drieën: 2,
    museum: 3,
    bureau: 2,
    team: 1,
    moeilijk: 2,
    "zo'n": 1,
    borstvoeding: 3,
    groente: 2,
    oververmoeid: 4,
  },
  en: {
    the: 1,
    child: 1,
    baby: 2,
    sleep: 1,
    safe: 1,
    nights: 1,
    little: 2,
    table: 2,
    hurried: 2,
    wanted: 2,
    asked: 1,
    takes: 1,
    changes: 2,
    washes: 2,
    diarrhoea: 4,
    breastfeeding: 3,
    "don’t": 1,
    family: 3,
    station: 2,
    radio: 3,
    idea: 3,
    tired: 1,
    outside: 2,
    safely: 2,
  },
  pl: {
    nie: 1,
    dziecko: 2,
    pielęgniarka: 4,
    auto: 2,
    Europa: 3,
    nauka: 3,
    zauważyć: 4,
    opinii: 4,
    łóżeczko: 3,
    śpi: 1,
  },
  tr: { saat: 2, aile: 3, çocuğunuzun: 5, IŞIK: 2, İyi: 2, süt: 1, hâlâ: 2 },
};

describe.each(Object.entries(spoken) as [Language, Record<string, number>][])("%s", (language, words) => {
  test.each(Object.entries(words))("%s is spoken in %d", (word, count) =>
    expect(counted(word, language)).toBe(count),
  );
});

test("a name that must be seen as it is counts as a short word, with any ending", () => {
  expect(counted("consultatiebureau", "nl")).toBe(2);
  expect(counted("consultatiebureau'ya", "tr")).toBe(2);
  expect(counted("(huisartsenspoedpost).", "pl")).toBe(2);
});

test("figures and marks have no syllables to count", () => {
  for (const word of ["112", "0800-2000", "–", "19.30"]) expect(counted(word, "nl")).toBe(0);
});
