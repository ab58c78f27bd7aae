import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { locales } from "../../../src/terms.ts";
import { nationalLines } from "../../../src/web/parents/phone-lines.ts";

const texts = Object.fromEntries(
  locales.map((locale) => [
    locale,
    JSON.parse(readFileSync(`locales/${locale}/page.json`, "utf8")) as Record<string, string>,
  ]),
);
const keys = Object.keys(texts["nl"] ?? {});
const sources = [
  ...readdirSync("src/web/parents").map((file) => `src/web/parents/${file}`),
  "src/http/parents-page.ts",
]
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

test.each(locales)("%s has every text of the page and no other", (locale) => {
  expect(Object.keys(texts[locale] ?? {})).toEqual(keys);
  for (const text of Object.values(texts[locale] ?? {})) expect(text.trim()).not.toBe("");
});

test("every number of the page is one that is dialled before a release", () => {
  const known = Object.keys(parse(readFileSync("dialogs/phones.yaml", "utf8")));
  expect(nationalLines.filter((number) => !known.includes(number))).toEqual([]);
});

test("every text of the page is used", () => {
  const unused = keys.filter((key) => {
    const [group, last] = [key.slice(0, key.lastIndexOf(".") + 1), key.slice(key.lastIndexOf(".") + 1)];
    return ![`"${key}"`, `\`${group}\${`].some((use) =>
      group === "" ? sources.includes(`"${last}"`) : sources.includes(use),
    );
  });
  expect(unused).toEqual([]);
});

test.each(["pl", "pl-simple"])("%s gives parents no gender", (locale) => {
  const gendered =
    /\p{L}(łeś|łaś|łem|łam|łbyś|łabyś)(?!\p{L})|powini(eneś|naś|enem|nam)|zmęczon[ya]|pew(ien|na)\b|\bsam[a]?\b/u;
  expect(Object.values(texts[locale] ?? {}).filter((text) => gendered.test(text))).toEqual([]);
});

test.each(locales)("%s has short sentences", (locale) => {
  const longest = locale.endsWith("-simple") ? 12 : 20;
  const sentences = Object.values(texts[locale] ?? {}).flatMap((text) => text.split(/[.?!]/));
  expect(sentences.filter((sentence) => sentence.trim().split(/\s+/).length > longest)).toEqual([]);
});

test.each(["nl", "en", "pl", "tr"])(
  "easy words of %s are not the usual ones where those are long",
  (language) => {
    const [usual, simple] = [texts[language] ?? {}, texts[`${language}-simple`] ?? {}];
    const same = keys.filter((key) => (usual[key] ?? "").split(" ").length > 6 && usual[key] === simple[key]);
    expect(same).toEqual([]);
  },
);
