import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What can be watched from outside. Labels come from short fixed lists of ours, never from what people send. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts something that happened, by what: `inbound` by `whatsapp`, `card` by `emergency`. */
  count(event: string, by: string): void;
  /** Notes how long a turn took, from claim to commit, in milliseconds. */
  turnTook(milliseconds: number): void;
  /** Says how many callbacks are open. */
  callbacksOpen(count: number): void;
}

const longestLabel = 40;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "naast_" });
  const events = new Counter({
    name: "naast_events_total",
    help: "What happened, by what",
    labelNames: ["event", "by"],
    registers: [registry],
  });
  const turns = new Histogram({
    name: "naast_turn_seconds",
    help: "From claiming a message to its commit",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [registry],
  });
  const open = new Gauge({
    name: "naast_callbacks_open",
    help: "Callbacks that are not closed yet; the same from every process",
    registers: [registry],
  });
  return {
    registry,
    count: (event, by) => events.inc({ event: event.slice(0, longestLabel), by: by.slice(0, longestLabel) }),
    turnTook: (milliseconds) => turns.observe(milliseconds / 1000),
    callbacksOpen: (count) => open.set(count),
  };
}
