import { DateTime } from "luxon";
import { type Organisation, weekdays } from "./organisation.ts";

/** A stretch of time on which nurses work, in milliseconds since 1970. */
export interface OpenStretch {
  readonly from: number;
  readonly till: number;
}

/** How far ahead is looked for an opening. Longer closures than this are a fault of the file. */
const daysAhead = 60;

/**
 * Gives every working stretch that ends after a time, day by day, each day as one list.
 *
 * Times of day are laid on the calendar of the organisation's zone, so that 08:30 is 08:30 on both
 * sides of a change of clocks, and a day with one hour less has one hour less.
 */
export function* workingDays(organisation: Organisation, after: number): Generator<readonly OpenStretch[]> {
  let day = dayOf(organisation, after);
  for (let ahead = 0; ahead < daysAhead; ahead += 1) {
    const stretches = day.stretches
      .map(({ from, till }) => ({ from: Math.max(from, after), till }))
      .filter(({ from, till }) => till > from);
    if (stretches.length > 0) yield stretches;
    day = day.next();
  }
}

export function isOpen(organisation: Organisation, at: number): boolean {
  return dayOf(organisation, at).stretches.some(({ from, till }) => from <= at && at < till);
}

/** One day of the calendar in the organisation's zone. */
interface Day {
  readonly from: number;
  readonly till: number;
  readonly stretches: readonly OpenStretch[];
  readonly next: () => Day;
}

/** The day that was last found for each organisation: to lay hours on a calendar takes a hundred times as long as to look. */
const known = new WeakMap<Organisation, Day>();

function dayOf(organisation: Organisation, at: number): Day {
  const first = known.get(organisation);
  let day = first !== undefined && first.from <= at ? first : undefined;
  for (let ahead = 0; day !== undefined && day.till <= at; ahead += 1)
    day = ahead < daysAhead ? day.next() : undefined;
  if (day !== undefined) return day;
  const found = makeDay(organisation, DateTime.fromMillis(at, { zone: organisation.zone }).startOf("day"));
  known.set(organisation, found);
  return found;
}

function makeDay(organisation: Organisation, date: DateTime): Day {
  const tomorrow = date.plus({ days: 1 }).startOf("day");
  let next: Day | undefined;
  return {
    from: date.toMillis(),
    till: tomorrow.toMillis(),
    stretches: stretchesOf(organisation, date),
    next() {
      next ??= makeDay(organisation, tomorrow);
      return next;
    },
  };
}

/** Finds when nurses are next at work: now, when they are. Undefined when nothing opens within two months. */
export function nextOpening(organisation: Organisation, at: number): number | undefined {
  return workingDays(organisation, at).next().value?.[0]?.from;
}

/** Adds minutes during which nurses work, leaving out every hour they do not. */
export function addOpenMinutes(organisation: Organisation, at: number, minutes: number): number | undefined {
  let left = minutes * 60_000;
  for (const day of workingDays(organisation, at)) {
    for (const { from, till } of day) {
      if (left <= till - from) return from + left;
      left -= till - from;
    }
  }
  return undefined;
}

function stretchesOf(organisation: Organisation, day: DateTime): readonly OpenStretch[] {
  if (isClosed(organisation, day)) return [];
  const weekday = weekdays[day.weekday - 1];
  if (weekday === undefined) return [];
  return organisation.hours[weekday].map(({ from, till }) => ({ from: at(day, from), till: at(day, till) }));
}

function at(day: DateTime, time: string): number {
  return day.set({ hour: Number(time.slice(0, 2)), minute: Number(time.slice(3)) }).toMillis();
}

function isClosed(organisation: Organisation, day: DateTime): boolean {
  const date = day.toISODate() ?? "";
  if (organisation.nationalHolidays && dutchHolidays(day.year).has(date)) return true;
  return organisation.closures.some(({ from, till = from }) => from <= date && date <= till);
}

/**
 * Gives the public holidays of the Netherlands in a year, as ISO dates.
 *
 * Good Friday is left out: it is a working day for most of youth health care. Liberation Day counts
 * in every fifth year, as it does for public employers.
 */
export function dutchHolidays(year: number): ReadonlySet<string> {
  const easter = easterSunday(year);
  const kings = DateTime.utc(year, 4, 27);
  const days = [
    DateTime.utc(year, 1, 1),
    easter,
    easter.plus({ days: 1 }),
    kings.weekday === 7 ? kings.minus({ days: 1 }) : kings,
    easter.plus({ days: 39 }),
    easter.plus({ days: 49 }),
    easter.plus({ days: 50 }),
    DateTime.utc(year, 12, 25),
    DateTime.utc(year, 12, 26),
    ...(year % 5 === 0 ? [DateTime.utc(year, 5, 5)] : []),
  ];
  return new Set(days.map((day) => day.toISODate() ?? ""));
}

/** The Gregorian computus in the form of Meeus, Jones and Butcher; holds for every year from 1583 on. */
function easterSunday(year: number): DateTime {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - moon - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * moon + 22 * sunday) / 451);
  const days = moon + sunday - 7 * late + 114;
  return DateTime.utc(year, Math.floor(days / 31), (days % 31) + 1);
}
