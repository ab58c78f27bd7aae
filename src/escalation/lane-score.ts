import { type Lane, lanes } from "./callback.ts";

const hour = 3_600_000;

/**
 * How long a newer callback of a more urgent lane may still go before an older one of this lane.
 *
 * The whole of ageing: since every place in line is a time, what waits grows more urgent by itself, and
 * no callback is ever passed by one that was asked for more than three days after it.
 */
const headStart: Readonly<Record<Lane, number>> = { today: 0, soon: 24 * hour, routine: 72 * hour };

/** Gives the place in line: the lowest goes first. Fixed for as long as the lane is, so it can stand in an index. */
export function laneScore(lane: Lane, requestedAt: number): number {
  return requestedAt + headStart[lane];
}

/** Gives the next more urgent lane; `today` stays. */
export function raiseLane(lane: Lane): Lane {
  return lanes[Math.max(0, lanes.indexOf(lane) - 1)] ?? "today";
}

/** Gives the more urgent of two lanes: a repeat can raise a callback and never lower it. */
export function moreUrgent(one: Lane, other: Lane): Lane {
  return lanes.indexOf(one) <= lanes.indexOf(other) ? one : other;
}
