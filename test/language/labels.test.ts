import type { LocaleFiles } from "../../src/language/catalogue.ts";
import { inspectMenu, inspectPhones } from "../../src/language/labels.ts";
import { locales } from "../../src/terms.ts";

function faultsOf(...labels: readonly string[]): readonly string[] {
  const texts = Object.fromEntries(labels.map((label, at) => [`${at}`, label]));
  const files = Object.fromEntries(
    locales.map((locale) => [locale, { sample: texts }]),
  ) as unknown as LocaleFiles;
  const keys = labels.map((_, at) => `sample:${at}`);
  return inspectMenu(files, "nl", { dialog: "sample", node: "menu", keys }).map(
    ({ kind, key }) => `${kind} ${key}`,
  );
}

const twentyOne = "Eenentwintig letters.";

test("a label has the room of the button or row it becomes", () => {
  expect(faultsOf("Ja", "Nee", twentyOne)).toEqual(["long-label sample:2"]);
  expect(faultsOf("Ja", "Nee", "Later", twentyOne)).toEqual([]);
  expect(faultsOf("Ja", "Nee", "Later", `${twentyOne} Meer`)).toEqual(["long-label sample:3"]);
});

test("two choices of a node never read the same", () =>
  expect(faultsOf("Ja", "Nee", "JA")).toEqual(["same-label sample:2"]));

test("no more choices than a channel can show", () =>
  expect(faultsOf(...Array.from({ length: 11 }, (_, at) => `Keuze ${at}`))).toEqual([
    "too-many-choices sample:menu",
  ]));

test("a label carries no number of its own, and no sentence", () =>
  expect(faultsOf("1. Ja", "ik wil dat jij nu belt")).toEqual([
    "long-label sample:1",
    "wordy-label sample:1",
    "numbered-label sample:0",
  ]));

describe("a telephone number", () => {
  const phones = new Set(["112", "0800-2000"]);
  const found = (text: string): readonly string[] =>
    inspectPhones("nl", "sample:one", text, phones).map(({ mend }) => /name (.*?) in/.exec(mend)?.[1] ?? "");

  test.each([
    "Bel 112.",
    "112'yi arayın.",
    "0800-2000'i arayın.",
    "App 112NL helpt.",
    "Tussen 500 en 600 ml.",
  ])("that is known, or is none, is left alone: %s", (text) => expect(found(text)).toEqual([]));

  test.each([
    ["Bel 0800-1234.", "0800-1234"],
    ["Bel 010 123 45 67.", "010 123 45 67"],
    ["Zadzwoń pod 999.", "999"],
    ["Call +31 20 123 4567 now.", "+31 20 123 4567"],
    ["Bel 113.", "113"],
  ])("that nobody answers for is named: %s", (text, number) => expect(found(text)).toEqual([number]));
});
