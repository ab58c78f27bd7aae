import type { RuleVerdict } from "../../src/escalation/callback-notes.ts";
import { countRules, type Judged } from "../../src/escalation/rule-figures.ts";
import type { CallbackId } from "../../src/terms.ts";
import { aPerson, aRequest } from "../support/samples.ts";

const verdict = (right: boolean, rule = "fever"): RuleVerdict => ({ at: 1, by: "noor", rule, right });

function judged(count: number, rules: readonly string[], verdicts: readonly RuleVerdict[], region = "noord") {
  return Array.from(
    { length: count },
    (_, at): Judged => ({
      callback: { id: `c${at}` as CallbackId, request: aRequest(aPerson(), { rules, region }) },
      verdicts,
    }),
  );
}

describe("what nurses thought of the rules", () => {
  test("is counted by rule and region, the mark given last only", () => {
    const found = countRules([
      ...judged(20, ["fever"], [verdict(true), verdict(false)]),
      ...judged(15, ["fever"], [verdict(true)], "zuid"),
    ]);
    expect(found).toEqual([
      { rule: "fever", region: "all", fired: 35, right: 15, wrong: 20 },
      { rule: "fever", region: "noord", fired: 20, right: null, wrong: 20 },
      { rule: "fever", region: "zuid", fired: 15, right: 15, wrong: null },
    ]);
  });

  test("leaves out a rule that fired too seldom, and hides small counts", () => {
    const found = countRules([
      ...judged(9, ["suicide.wish"], [verdict(true, "suicide.wish")]),
      ...judged(12, ["fever"], []),
    ]);
    expect(found.map(({ rule }) => rule)).not.toContain("suicide.wish");
    expect(found[0]).toMatchObject({ rule: "fever", right: null, wrong: null });
  });

  test("a callback with two rules counts for each, once", () => {
    const found = countRules(judged(10, ["fever", "rash"], [verdict(true)]));
    expect(found.find(({ rule, region }) => rule === "rash" && region === "all")).toMatchObject({
      fired: 10,
      right: null,
    });
  });
});
