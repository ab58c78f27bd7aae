import { writeHardest, writeReadings, writeSummary } from "../../src/commands/dialogs-check/tables.ts";
import { inspectContent, loadWording } from "../../src/http/inspect-content.ts";
import { inspectProvenance, inspectRelease, lapsedFacts } from "../../src/http/inspect-provenance.ts";
import { describeFault } from "../../src/http/load-content.ts";
import { locales } from "../../src/terms.ts";
import { productionContent, root } from "../support/content.ts";

const content = productionContent();
const { readings, faults } = inspectContent(content, loadWording(root));

test("no text of any locale is over a gate or says what no text may say", () =>
  expect(faults.map(describeFault)).toEqual([]));

test("everything that is said is measured in every locale", () => {
  const perLocale = locales.map((locale) => readings.filter((reading) => reading.locale === locale).length);
  expect(new Set(perLocale).size).toBe(1);
  expect(perLocale[0]).toBeGreaterThan(500);
});

test("the tables name every locale, and the passages nearest to their gate", () => {
  expect(writeSummary(readings, () => 0).split("\n")).toHaveLength(locales.length + 2);
  expect(writeHardest(readings, 3).trim().split("\n")).toHaveLength(locales.length);
  expect(writeReadings(readings).split("\n").length).toBe(readings.length + 2);
});

describe("facts", () => {
  const dialogs = [...content.book.dialogs.values()];
  const grounds = { ...content, dialogs };
  const kinds = (changed: Partial<typeof grounds>): readonly string[] =>
    inspectProvenance({ ...grounds, ...changed }).map(({ kind, node }) => `${kind} ${node}`);
  const { facts, sources } = content.provenance;
  const [first = "", ...others] = Object.keys(facts);

  test("of the shipped content all stand in sources.yaml, and all are used", () =>
    expect(inspectProvenance(grounds)).toEqual([]));

  test("that are used and not written are named where they are used", () => {
    const less = Object.fromEntries(others.map((id) => [id, facts[id]!]));
    const found = kinds({ provenance: { facts: less, sources } });
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((line) => /^(unknown-fact|unused-source)/.test(line))).toBe(true);
  });

  test("that nobody uses are named", () => {
    const more = { ...facts, "sample.unused": facts[first]! };
    expect(kinds({ provenance: { facts: more, sources } })).toEqual(["unused-fact sample.unused"]);
  });

  test("rest on sources that are written", () => {
    const wrong = { ...facts, [first]: { ...facts[first]!, sources: ["NOWHERE"] } };
    expect(kinds({ provenance: { facts: wrong, sources } })).toContain("unknown-source NOWHERE");
  });

  test("come up again on the day they say", () => {
    const day = facts[first]!.reviewBefore;
    expect(lapsedFacts(content.provenance, day)).toContain(first);
    expect(lapsedFacts(content.provenance, "2000-01-01")).toEqual([]);
  });
});

describe("a release", () => {
  const { provenance, phones, files } = content;

  test("waits for facts, languages and telephone numbers that nobody has looked at", () => {
    const why = inspectRelease(content, files, "2026-11-22")
      .map((hold) => hold.why)
      .join("\n");
    for (const word of ["no professional", "no native speaker", "nobody has dialled", "in motion"])
      expect(why).toContain(word);
  });

  test("goes out once a person stands for each of them", () => {
    const by = { reviewedBy: "a youth doctor", reviewBefore: "2099-01-01" };
    const reviewed = {
      sources: provenance.sources,
      facts: Object.fromEntries(
        Object.entries(provenance.facts).map(([id, fact]) => [id, { ...fact, ...by }]),
      ),
    };
    const dialled = Object.fromEntries(
      Object.entries(phones).map(([number, phone]) => [number, { ...phone, dialledOn: "2026-11-22" }]),
    );
    const read = Object.fromEntries(
      locales.map((locale) => [locale, { ...files[locale], locale: { languageReviewedBy: "a reader" } }]),
    ) as unknown as typeof files;
    expect(inspectRelease({ provenance: reviewed, phones: dialled }, read, "2026-11-22")).toEqual([]);
  });
});
