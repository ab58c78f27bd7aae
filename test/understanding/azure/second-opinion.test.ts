import nock from "nock";
import { azureSecondOpinion } from "../../../src/understanding/azure/second-opinion.ts";
import { redactLocally } from "../../../src/understanding/redact.ts";

const endpoint = "https://language.example.org";
const counted: string[] = [];
let now = 0;
const opinion = () =>
  azureSecondOpinion({
    endpoint,
    key: "k".repeat(32),
    count: (_event, by) => counted.push(by),
    clock: () => now,
  });

const answers = (body: unknown, status = 200) =>
  nock(endpoint)
    .post("/language/:analyze-text")
    .query(true)
    .reply(status, body as nock.Body);
const detected = (iso6391Name: string) => ({
  kind: "LanguageDetectionResults",
  results: {
    documents: [
      { id: "0", warnings: [], detectedLanguage: { name: "x", iso6391Name, confidenceScore: 0.98 } },
    ],
    errors: [],
    modelVersion: "x",
  },
});

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  counted.length = 0;
  now = 0;
});
afterAll(() => {
  nock.enableNetConnect();
  // other files run in this process too, and need the real thing
  nock.restore();
});

test("a language of ours is told, and any other is other", async () => {
  answers(detected("pl"));
  expect(await opinion().languageOf("dziecko")).toBe("pl");
  answers(detected("de"));
  expect(await opinion().languageOf("kind")).toBe("other");
  expect(counted).toEqual(["answered", "answered"]);
});

test("personal data is masked", async () => {
  answers({
    kind: "PiiEntityRecognitionResults",
    results: {
      documents: [{ id: "0", warnings: [], redactedText: "ik heet ****", entities: [] }],
      errors: [],
      modelVersion: "x",
    },
  });
  expect(await opinion().redact("ik heet Anna", "nl")).toBe("ik heet ****");
});

test.each([401, 429, 500, 503])("a %s changes nothing but the count", async (status) => {
  answers({ error: { code: "x", message: "x" } }, status);
  expect(await opinion().languageOf("dziecko")).toBeUndefined();
  expect(counted).toEqual(["failed"]);
});

test("an answer that comes too late is no answer", async () => {
  nock(endpoint).post("/language/:analyze-text").query(true).delay(2_000).reply(200, detected("pl"));
  expect(await opinion().languageOf("dziecko")).toBeUndefined();
  expect(counted).toEqual(["failed"]);
});

test("after five failures nothing is asked for a minute", async () => {
  const asked = opinion();
  for (let at = 0; at < 5; at += 1) {
    answers({}, 500);
    await asked.languageOf("dziecko");
  }
  expect(await asked.languageOf("dziecko")).toBeUndefined();
  expect(counted.at(-1)).toBe("skipped");
  now = 61_000;
  answers(detected("tr"));
  expect(await asked.languageOf("bebek")).toBe("tr");
});

test.each([
  ["bel me op 06-12345678", "bel me op ###"],
  ["mijn bsn is 123 456 782", "mijn bsn is ###"],
  ["mail anna@voorbeeld.nl even", "mail ### even"],
  ["ik woon op 1234 AB", "ik woon op ###"],
  ["ik heet Anna de Vries en mijn kind is 3", "ik heet ### en mijn kind is 3"],
  ["my baby is 6 weeks", "my baby is 6 weeks"],
])("%j leaves as %j", (words, expected) => {
  expect(redactLocally(words)).toBe(expected);
});
