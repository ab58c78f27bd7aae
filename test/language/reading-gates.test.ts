import type { LocaleFiles } from "../../src/language/catalogue.ts";
import { type Excuse, readPassage } from "../../src/language/reading-gates.ts";
import { type Locale, locales } from "../../src/terms.ts";

const words = (count: number): string => Array.from({ length: count }, () => "een").join(" ");
const sentences = (count: number, length: number): string =>
  Array.from({ length: count }, () => `${words(length)}.`).join("\n");

function filesWith(texts: Partial<Record<Locale, Readonly<Record<string, string>>>>): LocaleFiles {
  return Object.fromEntries(
    locales.map((locale) => [locale, { sample: texts[locale] ?? {} }]),
  ) as unknown as LocaleFiles;
}

function faultsOf(locale: Locale, text: string, excuses: readonly Excuse[] = []): readonly string[] {
  const passage = { dialog: "sample", node: "one", keys: ["sample:one"] };
  const files = filesWith({ [locale]: { one: text } });
  const reading = readPassage(files, locale, passage, { known: {}, names: [] }, excuses);
  return (reading?.faults ?? []).map(({ kind }) => kind);
}

test.each<[Locale, string, readonly string[]]>([
  ["nl", words(20), []],
  ["nl", words(21), ["long-sentence"]],
  ["nl-simple", words(12), []],
  ["nl-simple", words(13), ["long-sentence"]],
  ["nl", "Een. Twee. Drie. Vier.", []],
  ["nl", "Een. Twee. Drie. Vier. Vijf.", ["crowded-line"]],
  ["nl-simple", "Een. Twee. Drie. Vier.", ["crowded-line"]],
  ["nl-simple", "Een.\nTwee.\nDrie.\nVier.\nVijf.", []],
  ["nl", sentences(3, 13), ["long-sentences"]],
  ["nl", sentences(2, 13), []],
  ["nl-simple", sentences(3, 9), ["long-sentences"]],
  ["nl", sentences(12, 10), []],
  ["nl", sentences(13, 10), ["too-much"]],
  ["nl-simple", sentences(11, 6), ["too-much"]],
])("%s: a text is read against its own form", (locale, text, kinds) =>
  expect(faultsOf(locale, text)).toEqual(kinds),
);

test("a text of fewer than thirty words is not scored: a formula tells noise of it", () => {
  expect(faultsOf("nl-simple", "Verantwoordelijkheidsgevoel ontwikkelt zich geleidelijk.")).toEqual([]);
});

test("long words fail by formula, and the author is told the score and the gate", () => {
  const hard = Array.from(
    { length: 6 },
    () => "Verantwoordelijkheid ontwikkelt zich bijzonder geleidelijk.",
  ).join("\n");
  expect(faultsOf("nl", hard)).toEqual(["hard-to-read", "hard-to-read"]);
});

test("an excuse lets one gate pass at one key, and only in the locales it names", () => {
  const excuse = { key: "sample:o*", gate: "long-sentence", why: "a test", locales: ["nl"] as const };
  expect(faultsOf("nl", words(21), [excuse])).toEqual([]);
  expect(faultsOf("en", words(21), [excuse])).toEqual(["long-sentence"]);
  expect(faultsOf("nl", "Een. Twee. Drie. Vier. Vijf.", [excuse])).toEqual(["crowded-line"]);
});

test("a simple text that is the standard one word for word is called so when it fails", () => {
  const files = filesWith({ nl: { one: words(13) }, "nl-simple": { one: words(13) } });
  const passage = { dialog: "sample", node: "one", keys: ["sample:one"] };
  const reading = readPassage(files, "nl-simple", passage, { known: {}, names: [] }, []);
  expect(reading?.faults[0]?.mend).toMatch(/^write it apart/);
});

test("texts that arrive together are measured together", () => {
  const files = filesWith({ "nl-simple": { one: sentences(7, 6), two: sentences(7, 6) } });
  const passage = { dialog: "sample", node: "one", keys: ["sample:one", "sample:two"] };
  const reading = readPassage(files, "nl-simple", passage, { known: {}, names: [] }, []);
  expect(reading?.faults.map(({ kind, key }) => [kind, key])).toEqual([
    ["too-much", "sample:one + sample:two"],
  ]);
});
