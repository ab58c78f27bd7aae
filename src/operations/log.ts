import pino from "pino";
import type { Log } from "../terms.ts";

/** The only facts a log line may carry. Names and counts of ours; nothing that a person sent or is known by. */
const allowed = new Set([
  "code",
  "kind",
  "channel",
  "event",
  "status",
  "count",
  "attempts",
  "milliseconds",
  "port",
  "mode",
  "durability",
  "partition",
  "rule",
  "level",
  "signal",
  "faults",
  "broken",
  "reason",
  "version",
  "retryable",
]);

/**
 * Writes log lines as JSON to standard error, with allowed facts only.
 *
 * An allow-list and not a redaction: what nobody thought of stays out. Errors are logged by code, never by
 * message or stack, because both may hold what a person wrote.
 */
export function createLog(level: string): Log {
  const out = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  return {
    info: (facts, message) => out.info(allowOnly(facts), message),
    warn: (facts, message) => out.warn(allowOnly(facts), message),
    error: (facts, message) => out.error(allowOnly(facts), message),
  };
}

function allowOnly(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).filter(
      ([name, value]) => allowed.has(name) && ["string", "number", "boolean"].includes(typeof value),
    ),
  );
}
