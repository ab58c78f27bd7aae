import fc from "fast-check";
import { keepNumbersWhole, readRichText, writeSpeech } from "../../../src/web/parents/rich-text.ts";

const plain = (lines: ReturnType<typeof readRichText>) =>
  lines.map((line) => line.map((sentence) => sentence.map(({ text }) => text).join("")));

describe("a text of the bot", () => {
  test("falls into lines of sentences", () => {
    expect(plain(readRichText("Eén zin. Nog een? Ja!\nTweede regel", "nl"))).toEqual([
      ["Eén zin.", "Nog een?", "Ja!"],
      ["Tweede regel"],
    ]);
  });

  test("keeps numbers, addresses and abbreviations within their sentence", () => {
    expect(
      plain(readRichText("Boven 38.5 graden. Zie https://www.thuisarts.nl/koorts. Klaar.", "nl")),
    ).toEqual([["Boven 38.5 graden.", "Zie https://www.thuisarts.nl/koorts.", "Klaar."]]);
  });

  test("knows what is strong, also over two sentences", () => {
    const [[first]] = readRichText("*Bel nu. Wacht niet.* Echt.", "nl") as [
      [{ text: string; strong?: boolean }[]],
    ];
    expect(first).toEqual([{ text: "Bel nu. Wacht niet.", strong: true }]);
  });

  test.each([
    ["Bel 112.", "112", "tel:112"],
    ["Hemen 112'yi arayın.", "112", "tel:112"],
    ["Bel 0800-2000 gratis.", "0800-2000", "tel:08002000"],
    ["Kindertelefoon: 0800-0432", "0800-0432", "tel:08000432"],
    [
      "Zie https://www.thuisarts.nl/huilen.",
      "https://www.thuisarts.nl/huilen",
      "https://www.thuisarts.nl/huilen",
    ],
  ])("links in %s lead to %s", (text, shown, href) => {
    expect(readRichText(text, "tr").flat(2)).toContainEqual({ text: shown, href });
  });

  test.each(["Geef 112 ml melk.", "113 gram", "112,5 cm", "Kamer 1120", "2113", "Je nummer: 06 12345678"])(
    "%s calls nobody",
    (text) => {
      expect(
        readRichText(text, "nl")
          .flat(2)
          .some(({ href }) => href !== undefined),
      ).toBe(false);
    },
  );

  test("marks Dutch names in another language, and none in Dutch", () => {
    const dutch = (language: "pl" | "nl") =>
      readRichText("Zadzwoń do lekarza (huisarts) albo Veilig Thuis.", language)
        .flat(2)
        .filter((piece) => piece.dutch === true)
        .map(({ text }) => text);
    expect(dutch("pl")).toEqual(["huisarts", "Veilig Thuis"]);
    expect(dutch("nl")).toEqual([]);
  });

  test("loses no words, whatever it says", () => {
    const noise = fc.string({ unit: fc.constantFrom(..."ab. \n*!?1120-https://()łİ…") });
    fc.assert(
      fc.property(noise, (text) => {
        const bare = (words: string) => words.replace(/[\s*]/g, "");
        expect(bare(plain(readRichText(text, "pl")).flat().join(""))).toBe(bare(text));
      }),
      { numRuns: 2000 },
    );
  });
});

test("helplines are read digit by digit and signs are not read", () => {
  expect(writeSpeech("*Bel 112* of 0800-2000 → https://www.x.nl")).toBe("Bel 1 1 2 of 0 8 0 0 2 0 0 0 x.nl");
});

test("a number that is read back stays on one line", () => {
  expect(keepNumbersWhole("Numer: +48 512 345 678. Tak?")).toBe(
    "Numer: +48\u00a0512\u00a0345\u00a0678. Tak?",
  );
});
