import { type Lane, lanes } from "../../src/escalation/callback.ts";
import { laneScore, moreUrgent, raiseLane } from "../../src/escalation/lane-score.ts";

const hour = 3_600_000;

/** Plays a team that finishes `perHour` callbacks while `asked` of each lane arrive every hour. */
function longestWaits(asked: Record<Lane, number>, perHour: number, hours: number, score: typeof laneScore) {
  const waiting: { lane: Lane; at: number }[] = [];
  const longest: Record<Lane, number> = { today: 0, soon: 0, routine: 0 };
  for (let now = 0; now < hours; now += 1) {
    for (const lane of lanes) for (let n = 0; n < asked[lane]; n += 1) waiting.push({ lane, at: now * hour });
    waiting.sort((one, other) => score(one.lane, one.at) - score(other.lane, other.at));
    for (const { lane, at } of waiting.splice(0, perHour))
      longest[lane] = Math.max(longest[lane], now - at / hour);
  }
  for (const { lane, at } of waiting) longest[lane] = Math.max(longest[lane], hours - at / hour);
  return longest;
}

/** What a queue without ageing does: the urgent first, however long the others wait. */
const strict = (lane: Lane, at: number) => lanes.indexOf(lane) * 1e15 + at;

describe("the line of callbacks", () => {
  test("light questions never starve, even when urgent ones alone fill every nurse's day", () => {
    const asked = { today: 6, soon: 1, routine: 1 };
    const month = 24 * 30;
    expect(longestWaits(asked, 6, month, strict).routine).toBe(month);
    // eight come and six go: everybody waits longer, and a light question at most three days longer
    const aged = longestWaits(asked, 6, month, laneScore);
    expect(aged.routine).toBeLessThanOrEqual(aged.today + 72);
    expect(aged.soon).toBeLessThanOrEqual(aged.today + 24);
  });

  test("with enough nurses nobody waits, and with a busy hour the urgent go first", () => {
    expect(longestWaits({ today: 2, soon: 2, routine: 2 }, 6, 48, laneScore)).toEqual({
      today: 0,
      soon: 0,
      routine: 0,
    });
    expect(laneScore("today", 10 * hour)).toBeLessThan(laneScore("routine", 0));
  });

  test("nobody is passed by a callback asked for more than three days later", () => {
    expect(laneScore("routine", 0)).toBeLessThan(laneScore("today", 72 * hour + 1));
  });

  test("a repeat or a broken promise raises and never lowers", () => {
    expect(raiseLane("routine")).toBe("soon");
    expect(raiseLane("today")).toBe("today");
    expect(moreUrgent("soon", "routine")).toBe("soon");
    expect(moreUrgent("routine", "today")).toBe("today");
  });
});
