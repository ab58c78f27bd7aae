import { readFileSync } from "node:fs";
import { followUpTexts } from "../../src/console/parent.ts";
import { outcomes } from "../../src/escalation/callback.ts";
import { locales } from "../../src/terms.ts";

describe("what the console's side says to parents", () => {
  const texts = (locale: string) =>
    JSON.parse(readFileSync(`locales/${locale}/followup.json`, "utf8")) as Record<string, string>;

  test.each(locales)("is whole in %s, and nothing more", (locale) => {
    expect(Object.keys(texts(locale)).sort()).toEqual([...followUpTexts].sort());
  });

  test.each(locales)("keeps a nurse's name and words in %s, and names them once", (locale) => {
    const text = texts(locale)["nurse-says"] ?? "";
    expect(text.match(/\{\{nurse\}\}/g)).toHaveLength(1);
    expect(text.endsWith("{{words}}")).toBe(true);
  });

  test("has a text for every way a callback can end", () => {
    for (const outcome of outcomes) expect(texts("nl")[`outcome.${outcome}`]).toBeTruthy();
  });

  test.each(locales)("names no subject in %s when a call was missed: others may read along", (locale) => {
    expect(texts(locale)["tried"]).not.toMatch(/baby|kind|child|dzieck|çocuk|bebe|slaap|sleep|huil/i);
  });
});
