import { DateTime } from "luxon";
import type { Lane } from "./callback.ts";
import { addOpenMinutes, isOpen, nextOpening, workingDays } from "./opening-hours.ts";
import type { Organisation, OutOfHoursRoute } from "./organisation.ts";

/** How much work lies before a new callback. */
export interface Load {
  /** Open callbacks in this region that come before it. */
  readonly ahead: number;
  /** All open callbacks in this region. */
  readonly open: number;
}

/** What can honestly be told to a parent about when a nurse is in touch. */
export interface PromisedTime {
  /** `full`: a light request above the cap of open callbacks; the parent is told to ring instead. */
  readonly kind: "promised" | "full";
  /** Before this time a nurse is in touch: always the end of a working day. */
  readonly at: number;
  readonly openNow: boolean;
  /** When nurses are next at work; now, when they are. */
  readonly opensAt: number;
  /** Where to go meanwhile; empty while nurses are at work. */
  readonly routes: readonly OutOfHoursRoute[];
}

/**
 * Says before when a nurse is in touch, as far as hours, holidays and the work before it allow.
 *
 * Errs towards late: a promise that is kept early costs nothing, one that is broken costs trust. The
 * `today` lane is never answered `full`: whoever needs a nurse today is always let in.
 */
export function promiseTime(lane: Lane, now: number, organisation: Organisation, load: Load): PromisedTime {
  const openNow = isOpen(organisation, now);
  return {
    kind: lane !== "today" && load.open >= organisation.load.cap ? "full" : "promised",
    at: Math.max(endOfPromisedDay(lane, now, organisation), endOfWorkAhead(now, organisation, load)),
    openNow,
    opensAt: nextOpening(organisation, now) ?? weekLater(now),
    routes: openNow ? [] : organisation.outOfHours,
  };
}

/** Writes a time the way a parent reads it: "donderdag 26 november 17:00", in the organisation's zone. */
export function writeMoment(at: number, organisation: Organisation, language: string): string {
  return DateTime.fromMillis(at, {
    zone: organisation.zone,
    locale: language === "en" ? "en-GB" : language,
  }).toLocaleString({
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

function endOfPromisedDay(lane: Lane, now: number, organisation: Organisation): number {
  const { workingDays: wanted, openMinutes } = organisation.promise[lane];
  let days = 0;
  for (const day of workingDays(organisation, now)) {
    const minutes = day.reduce((sum, { from, till }) => sum + (till - from) / 60_000, 0);
    if (days === 0 && minutes < openMinutes) continue;
    if (days === wanted) return day.at(-1)?.till ?? weekLater(now);
    days += 1;
  }
  return weekLater(now);
}

/** The end of the working day on which the callbacks before this one, and this one, can be done. */
function endOfWorkAhead(now: number, organisation: Organisation, load: Load): number {
  const minutes = ((load.ahead + 1) * 60) / organisation.load.perHour;
  const done = addOpenMinutes(organisation, now, minutes);
  if (done === undefined) return weekLater(now);
  // a moment earlier: work that ends with the day belongs to that day
  return (
    workingDays(organisation, done - 1)
      .next()
      .value?.at(-1)?.till ?? done
  );
}

function weekLater(now: number): number {
  return now + 7 * 24 * 3_600_000;
}
