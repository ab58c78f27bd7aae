import fc from "fast-check";
import { lanes } from "../../src/escalation/callback.ts";
import { addOpenMinutes, dutchHolidays, isOpen, nextOpening } from "../../src/escalation/opening-hours.ts";
import { promiseTime, writeMoment } from "../../src/escalation/promise-time.ts";
import { at, organisationWith } from "./sample.ts";

const organisation = organisationWith();
const quiet = { ahead: 0, open: 0 };

describe("opening hours", () => {
  test.each([
    ["a Thursday morning", "2026-11-26T09:00:00+01:00", true],
    ["lunch", "2026-11-26T12:45:00+01:00", false],
    ["the minute of closing", "2026-11-26T17:00:00+01:00", false],
    ["a Saturday", "2026-11-28T10:00:00+01:00", false],
    ["Second Christmas Day on a Saturday", "2026-12-26T10:00:00+01:00", false],
    ["Christmas Day on a Friday", "2026-12-25T10:00:00+01:00", false],
    ["King's Day, a Tuesday", "2027-04-27T10:00:00+02:00", false],
    ["Good Friday", "2027-03-26T10:00:00+01:00", true],
    ["Easter Monday, the day after the clocks went forward", "2027-03-29T10:00:00+02:00", false],
    ["Ascension Day", "2027-05-06T10:00:00+02:00", false],
    ["Whit Monday", "2027-05-17T10:00:00+02:00", false],
  ])("%s: %s is open: %s", (_name, time, open) => {
    expect(isOpen(organisation, at(time))).toBe(open);
  });

  test.each([
    [2024, "2024-03-31"],
    [2025, "2025-04-20"],
    [2026, "2026-04-05"],
    [2027, "2027-03-28"],
    [2038, "2038-04-25"],
    [2285, "2285-03-22"],
  ])("Easter of %i is %s", (year, easter) => {
    expect(dutchHolidays(year).has(easter)).toBe(true);
  });

  test("King's Day moves to Saturday when the 27th is a Sunday", () => {
    expect(dutchHolidays(2031).has("2031-04-26")).toBe(true);
    expect(dutchHolidays(2031).has("2031-04-27")).toBe(false);
  });

  test("half past eight stays half past eight on both sides of a change of clocks", () => {
    expect(nextOpening(organisation, at("2026-10-24T12:00:00+02:00"))).toBe(at("2026-10-26T08:30:00+01:00"));
    expect(nextOpening(organisation, at("2028-03-25T12:00:00+01:00"))).toBe(at("2028-03-27T08:30:00+02:00"));
  });

  test("a night shift over the change of clocks has the hours it has", () => {
    const nights = organisationWith({ hours: { sunday: ["01:00-05:00"] }, nationalHolidays: false });
    expect(addOpenMinutes(nights, at("2026-10-25T00:00:00+02:00"), 300)).toBe(
      at("2026-10-25T05:00:00+01:00"),
    );
    expect(addOpenMinutes(nights, at("2027-03-28T00:00:00+01:00"), 180)).toBe(
      at("2027-03-28T05:00:00+02:00"),
    );
  });

  test("a closure of the organisation's own counts, first and last day included", () => {
    const closed = organisationWith({
      closures: [{ from: "2026-11-26", till: "2026-11-27", why: "moving house" }],
    });
    expect(nextOpening(closed, at("2026-11-26T09:00:00+01:00"))).toBe(at("2026-11-30T08:30:00+01:00"));
  });
});

describe("the promised time", () => {
  test.each([
    [
      "today, in the morning: by closing time",
      "today",
      "2026-11-26T09:00:00+01:00",
      "2026-11-26T17:00:00+01:00",
    ],
    ["today, at lunch: still today", "today", "2026-11-26T12:45:00+01:00", "2026-11-26T17:00:00+01:00"],
    [
      "today, with too little of the day left: tomorrow",
      "today",
      "2026-11-26T15:45:00+01:00",
      "2026-11-27T17:00:00+01:00",
    ],
    ["today, on Friday evening: Monday", "today", "2026-11-27T18:00:00+01:00", "2026-11-30T17:00:00+01:00"],
    ["soon: the next working day", "soon", "2026-11-26T09:00:00+01:00", "2026-11-27T17:00:00+01:00"],
    ["soon, over a weekend", "soon", "2026-11-27T09:00:00+01:00", "2026-11-30T17:00:00+01:00"],
    [
      "routine: within three working days",
      "routine",
      "2026-11-26T09:00:00+01:00",
      "2026-12-01T17:00:00+01:00",
    ],
    ["routine, over Christmas", "routine", "2026-12-24T09:00:00+01:00", "2026-12-30T17:00:00+01:00"],
    [
      "soon, over the change of clocks in spring and Easter",
      "soon",
      "2027-03-26T09:00:00+01:00",
      "2027-03-30T17:00:00+02:00",
    ],
  ] as const)("%s", (_name, lane, now, promised) => {
    expect(promiseTime(lane, at(now), organisation, quiet).at).toBe(at(promised));
  });

  test("while nurses are away it says when they are back and where to go meanwhile", () => {
    const evening = promiseTime("today", at("2026-11-27T20:00:00+01:00"), organisation, quiet);
    expect(evening.openNow).toBe(false);
    expect(evening.opensAt).toBe(at("2026-11-30T08:30:00+01:00"));
    expect(evening.routes).toContainEqual({ line: "gp_out_of_hours" });
    expect(promiseTime("today", at("2026-11-27T10:00:00+01:00"), organisation, quiet).routes).toEqual([]);
  });

  test("work that lies before it moves the promise to the day on which it can be kept", () => {
    // 6 an hour, 8 hours a day: 48 a day
    const busy = promiseTime("today", at("2026-11-26T08:30:00+01:00"), organisation, { ahead: 47, open: 47 });
    const busier = promiseTime("today", at("2026-11-26T08:30:00+01:00"), organisation, {
      ahead: 48,
      open: 48,
    });
    expect(busy.at).toBe(at("2026-11-26T17:00:00+01:00"));
    expect(busier.at).toBe(at("2026-11-27T17:00:00+01:00"));
  });

  test("above the cap light requests are told to ring, and a request for today is let in", () => {
    const now = at("2026-11-26T09:00:00+01:00");
    expect(promiseTime("routine", now, organisation, { ahead: 200, open: 200 }).kind).toBe("full");
    expect(promiseTime("today", now, organisation, { ahead: 200, open: 200 }).kind).toBe("promised");
  });

  test("a promise is never in the past, never outside working hours, and never earlier for a lighter lane", () => {
    const anyTime = fc.integer({ min: at("2026-01-01T00:00:00Z"), max: at("2030-01-01T00:00:00Z") });
    fc.assert(
      fc.property(anyTime, fc.nat(300), (now, ahead) => {
        const times = lanes.map((lane) => promiseTime(lane, now, organisation, { ahead, open: ahead }).at);
        for (const time of times) {
          expect(time).toBeGreaterThan(now);
          expect(isOpen(organisation, time - 1)).toBe(true);
        }
        expect(times).toEqual([...times].sort((one, other) => one - other));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["nl", "donderdag 26 november"],
    ["en", "Thursday"],
    ["pl", "czwartek"],
    ["tr", "Perşembe"],
  ])("is written in %s as people say it", (language, words) => {
    const written = writeMoment(at("2026-11-26T17:00:00+01:00"), organisation, language);
    expect(written).toContain(words);
    expect(written).toContain("17:00");
  });
});
