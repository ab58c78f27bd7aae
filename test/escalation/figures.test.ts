import type { Callback } from "../../src/escalation/callback.ts";
import { cellOf, countWeeks } from "../../src/escalation/figures.ts";

const monday = Date.parse("2026-11-16T09:00:00+01:00");
const hour = 3_600_000;

function callback(
  changes: { region?: string; reason?: string; triedAfter?: number; locale?: string } = {},
): Callback {
  const { region = "noord", reason = "sleep", triedAfter, locale = "nl" } = changes;
  const history =
    triedAfter === undefined ? [] : [{ kind: "attempted", at: monday + triedAfter, by: "nurse" }];
  return {
    lane: "soon",
    outcome: null,
    request: { region, reason, locale, lane: "soon", requestedAt: monday, promisedAt: monday + 8 * hour },
    history,
  } as unknown as Callback;
}

const many = (count: number, changes = {}) => Array.from({ length: count }, () => callback(changes));
const count = (callbacks: readonly Callback[]) =>
  countWeeks(callbacks, "Europe/Amsterdam", monday + 24 * hour);

describe("figures", () => {
  test.each([
    [0, null],
    [9, null],
    [10, 10],
    [12, 10],
    [13, 15],
    [100, 100],
  ])("a count of %i is shown as %p", (real, shown) => {
    expect(cellOf(real)).toBe(shown);
  });

  test("a theme that fewer than ten parents asked about is not even named", () => {
    const [all] = count([...many(20), ...many(9, { reason: "parent_wellbeing" })]);
    expect(all?.themes).toEqual({ sleep: 20 });
  });

  test("counts by week and region, and all regions together", () => {
    const weeks = count([...many(10), ...many(20, { region: "zuid" })]);
    expect(weeks.map(({ week, region, asked }) => [week, region, asked])).toEqual([
      ["2026-W47", "all", 30],
      ["2026-W47", "noord", 10],
      ["2026-W47", "zuid", 20],
    ]);
  });

  test("a promise is kept by a try before its time, broken by none, and not judged before", () => {
    const asked = [...many(10, { triedAfter: hour }), ...many(15, { triedAfter: 9 * hour }), ...many(10)];
    expect(count(asked)[0]).toMatchObject({ kept: 10, broken: 25, medianWaitMinutes: 540 });
    expect(countWeeks(many(10), "Europe/Amsterdam", monday + hour)[0]).toMatchObject({
      kept: null,
      broken: null,
    });
  });

  test("a region's small count cannot be found by taking another from the sum", () => {
    const weeks = count([...many(23), ...many(4, { region: "zuid" })]);
    const asked = Object.fromEntries(weeks.map(({ region, asked: cell }) => [region, cell]));
    expect(asked).toEqual({ all: 25, noord: 25, zuid: null });
  });
});
