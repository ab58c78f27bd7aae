import type { Claim } from "../../src/conversation/turn-log.ts";
import { askSecondOpinion } from "../../src/http/ask-second-opinion.ts";
import { Private } from "../../src/privacy/private.ts";
import type { PersonId } from "../../src/terms.ts";
import type { SecondOpinion } from "../../src/understanding/azure/second-opinion.ts";
import type { Understand, Understanding } from "../../src/understanding/understanding.ts";

const person = "p" as PersonId;
const claimOf = (words: string): Claim => ({
  person,
  token: "1",
  attempts: 0,
  conversation: undefined,
  inbound: {
    id: "m",
    person,
    channel: "directline",
    kind: "message",
    words: new Private(words),
    sentAt: 0,
    address: new Private(""),
  },
});
const hears =
  (more: Partial<Understanding>): Understand =>
  () => ({
    language: "nl",
    languageConfidence: 0.4,
    themes: [{ theme: "other", score: 0.1 }],
    ageMonths: null,
    concern: { level: "none", category: null, doubt: false, rule: null },
    calm: true,
    trace: "",
    ...more,
  });

function listening(): { readonly asked: string[]; readonly opinion: SecondOpinion } {
  const asked: string[] = [];
  return {
    asked,
    opinion: {
      languageOf: async (redacted) => {
        asked.push(redacted);
        return "pl";
      },
      redact: async () => undefined,
    },
  };
}

test("an unsure language is asked about, with what is personal masked", async () => {
  const { asked, opinion } = listening();
  expect(await askSecondOpinion(claimOf("dzwon 0612345678 prosze szybko"), hears({}), opinion)).toBe("pl");
  expect(asked).toEqual(["dzwon ### prosze szybko"]);
});

test.each([
  ["a language that is sure", "een twee drie", { languageConfidence: 0.9 }],
  [
    "a danger sign, which waits for nobody",
    "een twee drie",
    { concern: { level: "emergency", category: "breathing", doubt: false, rule: "r" } },
  ],
  ["a doubt", "een twee drie", { concern: { level: "none", category: "other", doubt: true, rule: "r" } }],
  ["two words", "een twee", {}],
] as const)("nothing is asked about %s", async (_what, words, heard) => {
  const { asked, opinion } = listening();
  expect(await askSecondOpinion(claimOf(words), hears(heard), opinion)).toBeUndefined();
  expect(asked).toEqual([]);
});

test("nothing is asked where nobody is there to ask", async () => {
  expect(await askSecondOpinion(claimOf("een twee drie"), hears({}), undefined)).toBeUndefined();
});
