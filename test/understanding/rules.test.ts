import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { KnownError } from "../../src/errors.ts";
import { languages } from "../../src/terms.ts";
import { ageIn } from "../../src/understanding/age.ts";
import { judge } from "../../src/understanding/judge.ts";
import { compileLexicon, conceptFileSchema } from "../../src/understanding/lexicon.ts";
import { wordsOf } from "../../src/understanding/normalise.ts";
import { readRules } from "../../src/understanding/rules.ts";
import { ageSigns, signsIn } from "../../src/understanding/signs.ts";
import { concernCategories } from "../../src/understanding/understanding.ts";
import { commonWords } from "./common-words.ts";
import { root, sources } from "./shipped.ts";

const { rules, lexicon } = sources;

function voiceOf(id: string, text: string, language: string): string | undefined {
  const words = wordsOf(text);
  const heard = signsIn(
    words,
    lexicon,
    (one) => one === language,
    () => true,
  );
  const findings = judge(rules, [...heard, ...ageSigns(ageIn(words), heard)]);
  return findings.find((finding) => finding.rule.id === id)?.voice;
}

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  const speaks = rule.when.length > 0 ? ["loud"] : ["soft"];

  test.each(languages.flatMap((language) => rule.examples[language].yes.map((text) => [language, text])))(
    "speaks up in %s: %s",
    (language, text) => expect(speaks).toContain(voiceOf(id, text, language)),
  );

  test.each(languages.flatMap((language) => rule.examples[language].no.map((text) => [language, text])))(
    "stays calm in %s: %s",
    (language, text) => expect(["loud", "soft"]).not.toContain(voiceOf(id, text, language)),
  );
});

test("Every category has a rule", () => {
  const covered = new Set(rules.map((rule) => rule.category));
  expect(concernCategories.filter((category) => !covered.has(category))).toEqual([]);
});

test("A card that a rule names has a text for the level of the rule", () => {
  const cards = parse(readFileSync(join(root, "dialogs/cards.yaml"), "utf8"));
  const named = rules.flatMap(({ id, card, level }) =>
    card === undefined ? [] : [{ id, text: cards[card]?.[level] }],
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ text }) => text === undefined)).toEqual([]);
});

test("No concept that fires a rule on its own is a common word of any language", () => {
  const alone = new Set(
    rules.flatMap((rule) =>
      [...rule.when, ...rule.doubt]
        .filter((pattern) => pattern.length === 1 && pattern[0]?.length === 1)
        .flatMap(
          (pattern) => pattern[0]?.[0]?.filter((term) => !term.denied).map((term) => term.concept) ?? [],
        ),
    ),
  );
  const heard = [...commonWords].flatMap(([language, words]) =>
    words.flatMap((word) =>
      signsIn(
        wordsOf(word),
        lexicon,
        (one) => one === language,
        () => true,
      )
        .filter((sign) => alone.has(sign.concept))
        .map((sign) => `${language} ${word}: ${sign.concept}`),
    ),
  );
  expect(heard).toEqual([]);
});

test("A concept without words in one of the languages is refused", () => {
  const fever = { nl: "koorts", en: "fever", pl: "goracz*" };
  expect(conceptFileSchema.safeParse({ fever }).success).toBe(false);
  expect(conceptFileSchema.safeParse({ fever: { ...fever, tr: "" } }).success).toBe(false);
  expect(conceptFileSchema.safeParse({ fever: { ...fever, tr: "ates*" } }).success).toBe(true);
});

test("All faults of all rule files are reported at once, each with its file and what to mend", () => {
  const known = compileLexicon([{ fever: { nl: "koorts", en: "fever", pl: "goracz*", tr: "ates*" } }]);
  const examples = Object.fromEntries(languages.map((language) => [language, { yes: ["x"], no: ["y"] }]));
  const rule = { id: "a.b", level: "urgent", category: "other", when: ["fever"], examples };
  const files = [
    {
      file: "one.yaml",
      content: {
        rules: [
          { ...rule, when: ["fevre"] },
          { ...rule, when: [] },
        ],
      },
    },
    { file: "two.yaml", content: { rules: [{ ...rule, level: "loud" }] } },
  ];
  const groups = { file: "groups.yaml", content: { groups: { ill: ["tired"] } } };
  let message = "";
  try {
    readRules(files, groups, known.concepts);
  } catch (error) {
    if (error instanceof KnownError && error.code === "understanding.invalid") message = error.message;
  }
  expect(message).toContain('one.yaml: a.b: no concept "fevre"');
  expect(message).toContain('one.yaml: a.b: never fires; give it "when", "doubt" or "hint"');
  expect(message).toContain("two.yaml: rules.0.level");
  expect(message).toContain('groups.yaml: ill: no concept "tired"');
  expect(message).toContain("a.b: two rules have this id; rename one");
});
