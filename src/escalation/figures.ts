import { DateTime } from "luxon";
import { type Lane, type ListedCallback, lanes, type Outcome, outcomes } from "./callback.ts";

/**
 * A count that leads back to nobody: null below ten, and otherwise to the nearest five, so that two
 * counts taken from each other do not show a small one either.
 */
export type Cell = number | null;

/** One week of one region, or of all, without anything about persons. */
export interface WeekFigures {
  /** ISO week: `2026-W47`. */
  readonly week: string;
  readonly region: string;
  readonly asked: Cell;
  /** First tried before the promised time, and not. Those still within their promise count as neither. */
  readonly kept: Cell;
  readonly broken: Cell;
  readonly reopened: Cell;
  /** Half of the parents were tried sooner than this; null when there are fewer than ten. */
  readonly medianWaitMinutes: number | null;
  readonly lanes: Readonly<Record<Lane, Cell>>;
  readonly outcomes: Readonly<Record<Outcome, Cell>>;
  readonly themes: Readonly<Record<string, Cell>>;
  readonly languages: Readonly<Record<string, Cell>>;
}

const smallest = 10;
const step = 5;

export function cellOf(count: number): Cell {
  return count < smallest ? null : Math.round(count / step) * step;
}

/** Counts callbacks by the week they were asked in and by region, and adds all regions together as `all`. */
export function countWeeks(
  callbacks: readonly ListedCallback[],
  zone: string,
  now: number,
): readonly WeekFigures[] {
  const groups = new Map<string, ListedCallback[]>();
  for (const callback of callbacks) {
    const week = weekOf(callback.request.requestedAt, zone);
    for (const region of new Set([callback.request.region, "all"])) {
      const name = `${week} ${region}`;
      groups.set(name, [...(groups.get(name) ?? []), callback]);
    }
  }
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, members]) => {
      const [week = "", region = ""] = name.split(" ");
      return { week, region, ...count(members, now) };
    });
}

function count(members: readonly ListedCallback[], now: number): Omit<WeekFigures, "week" | "region"> {
  const waits = members.map(firstTry).filter((wait) => wait !== undefined);
  const by = (name: (callback: ListedCallback) => string) => tally(members.map(name));
  const outcome = by(({ outcome }) => outcome ?? "");
  const lane = by(({ request, history }) => firstLane(history) ?? request.lane);
  return {
    asked: cellOf(members.length),
    kept: cellOf(members.filter((callback) => wasKept(callback, now) === true).length),
    broken: cellOf(members.filter((callback) => wasKept(callback, now) === false).length),
    reopened: cellOf(members.filter(({ history }) => history.some(({ kind }) => kind === "reopened")).length),
    medianWaitMinutes: waits.length < smallest ? null : Math.round(median(waits) / 60_000),
    lanes: Object.fromEntries(lanes.map((one) => [one, cellOf(lane.get(one) ?? 0)])) as Record<Lane, Cell>,
    outcomes: Object.fromEntries(outcomes.map((one) => [one, cellOf(outcome.get(one) ?? 0)])) as Record<
      Outcome,
      Cell
    >,
    themes: cells(by(({ request }) => request.reason)),
    languages: cells(by(({ request }) => request.locale.slice(0, 2))),
  };
}

/** How long until somebody first tried to be in touch; undefined while nobody has. */
function firstTry({ request, history }: ListedCallback): number | undefined {
  const tried = history.find(({ kind }) => kind === "attempted" || kind === "closed");
  return tried === undefined ? undefined : tried.at - request.requestedAt;
}

function wasKept(callback: ListedCallback, now: number): boolean | undefined {
  const { requestedAt, promisedAt } = callback.request;
  const wait = firstTry(callback);
  if (wait !== undefined) return requestedAt + wait <= promisedAt;
  return promisedAt < now ? false : undefined;
}

/** The lane it was asked in, before a broken promise raised it. */
function firstLane(history: ListedCallback["history"]): string | undefined {
  return history.find(({ kind }) => kind === "breached")?.detail;
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Names whose count is small are left out: that something was asked at all can already tell on somebody. */
function cells(counts: ReadonlyMap<string, number>): Readonly<Record<string, Cell>> {
  return Object.fromEntries(
    [...counts]
      .filter(([, one]) => one >= smallest)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, one]) => [name, cellOf(one)]),
  );
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function weekOf(at: number, zone: string): string {
  const day = DateTime.fromMillis(at, { zone });
  return `${day.weekYear}-W${String(day.weekNumber).padStart(2, "0")}`;
}
