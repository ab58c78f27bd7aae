import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { LocaleFiles } from "../../src/language/catalogue.ts";
import { type Ban, finderOf, inspectWording, readWording } from "../../src/language/wording.ts";
import { languages, locales } from "../../src/terms.ts";
import { root } from "../support/content.ts";

const wording = readWording(parse(readFileSync(join(root, "dialogs/wording.yaml"), "utf8")));

/** Each sentence of a ban, with the languages it is tried in. */
function cases(one: Ban, which: "bites" | "spares"): readonly (readonly [string, string])[] {
  const sentences = one[which] ?? {};
  return languages.flatMap((language) =>
    [...(sentences[language] ?? []), ...(sentences.all ?? [])].map((text) => [language, text] as const),
  );
}

describe.each(wording.bans.map((one) => [one.kind, one] as const))("%s", (_kind, one) => {
  const found = (language: string, text: string): boolean =>
    finderOf(one, languages.find((known) => known === language) ?? "nl")(text, one.roles?.[0] ?? "text", true)
      .length > 0;

  test.each(cases(one, "bites"))("is found in %s: %s", (language, text) =>
    expect(found(language, text)).toBe(true),
  );

  const near = cases(one, "spares");
  if (near.length > 0)
    test.each(near)("leaves alone in %s: %s", (language, text) => expect(found(language, text)).toBe(false));

  test("is shown to bite in every language it has words for", () => {
    for (const language of Object.keys(one.find)) expect(Object.keys(one.bites)).toContain(language);
  });
});

function filesWith(texts: Readonly<Record<string, string>>): LocaleFiles {
  return Object.fromEntries(locales.map((locale) => [locale, { sample: texts }])) as unknown as LocaleFiles;
}

test("a safety rule may say what a text may not", () => {
  const files = filesWith({ safe: "Je moet het bedje leeg laten.", ways: "Je moet het bedje leeg laten." });
  const needed = [
    { key: "sample:safe", role: "rule" },
    { key: "sample:ways", role: "text" },
  ] as const;
  const found = inspectWording(files, needed, wording).filter(({ locale }) => locale === "nl");
  expect(found.map(({ kind, key }) => `${key} ${kind}`)).toEqual(["sample:ways must"]);
});

test("a dose is only a dose beside a medicine", () => {
  const files = filesWith({ milk: "Drinkt 500 ml melk.", syrup: "Geef 5 ml hoestdrank." });
  const found = inspectWording(files, [], wording).filter(({ locale }) => locale === "nl");
  expect(found.map(({ key }) => key)).toEqual(["sample:syrup"]);
});

test("an excused gate lets its text through, and no other", () => {
  const files = filesWith({ one: "Je moet wachten.", other: "Je moet wachten." });
  const excuses = [{ key: "sample:one", gate: "must", why: "a test" }];
  const found = inspectWording(files, [], { ...wording, excuses }).filter(({ locale }) => locale === "nl");
  expect(found.map(({ key }) => key)).toEqual(["sample:other"]);
});

test("names every fault of a file that cannot be read", () => {
  expect(() => readWording({ bans: "none" })).toThrow(/syllables.*\n.*names.*\n.*bans/s);
});
