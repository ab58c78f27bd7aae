import type { Callback } from "./callback.ts";
import type { RuleVerdict } from "./callback-notes.ts";
import { type Cell, cellOf } from "./figures.ts";

/** How often a rule fired in a region, or in all, and what nurses thought of it. Nothing about persons. */
export interface RuleFigures {
  readonly rule: string;
  readonly region: string;
  readonly fired: Cell;
  readonly right: Cell;
  readonly wrong: Cell;
}

/** A callback with what nurses thought of its rules. */
export interface Judged {
  readonly callback: Pick<Callback, "id" | "request">;
  readonly verdicts: readonly RuleVerdict[];
}

/**
 * Counts by rule and region. One callback counts once for each of its rules, with the verdict given last: nurses
 * who disagree, or think again, are not counted twice.
 */
export function countRules(judged: readonly Judged[]): readonly RuleFigures[] {
  const tallies = new Map<string, { fired: number; right: number; wrong: number }>();
  for (const { callback, verdicts } of judged) {
    for (const rule of callback.request.rules) {
      const last = verdicts.findLast((verdict) => verdict.rule === rule);
      for (const region of new Set([callback.request.region, "all"])) {
        const name = `${rule} ${region}`;
        const tally = tallies.get(name) ?? { fired: 0, right: 0, wrong: 0 };
        tally.fired += 1;
        if (last !== undefined) tally[last.right ? "right" : "wrong"] += 1;
        tallies.set(name, tally);
      }
    }
  }
  return [...tallies]
    .toSorted(([one, { fired: ones }], [other, { fired: others }]) => others - ones || (one < other ? -1 : 1))
    .map(([name, { fired, right, wrong }]) => {
      const [rule = "", region = ""] = name.split(" ");
      return { rule, region, fired: cellOf(fired), right: cellOf(right), wrong: cellOf(wrong) };
    })
    .filter(({ fired }) => fired !== null);
}
