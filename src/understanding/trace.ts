/**
 * What one message leaves behind for the next: concept names of ours, never words of theirs.
 *
 * @module
 */
import { nameOf } from "./features.ts";
import { type Sign, softeners } from "./signs.ts";

/** Concepts kept per message. */
const mostKept = 24;

/** Contexts that belong to the message they stand in, and to no other. */
const notCarried: ReadonlySet<string> = new Set([...softeners, "now", "age_unknown"]);

export function traceOf(signs: readonly Sign[]): string {
  const names = signs.filter((sign) => sign.ago === 0 && isCarried(sign.concept)).map(nameOf);
  return [...new Set(names)].slice(0, mostKept).join(" ");
}

/** Ordinary topics say nothing of danger and would crowd out what does. */
const isCarried = (concept: string) => !notCarried.has(concept) && !concept.startsWith("t_");

/** Signs of earlier messages, oldest trace first. Names that are no concept of ours are dropped. */
export function signsOfTraces(traces: readonly string[], concepts: ReadonlySet<string>): Sign[] {
  return traces.slice(-3).flatMap((trace, at, kept) =>
    trace
      .split(" ")
      .map((name) => ({ concept: name.replace(/-$/, ""), denied: name.endsWith("-") }))
      .filter(({ concept }) => concepts.has(concept) || concept.startsWith("age_"))
      .map((sign) => ({ ...sign, from: 0, to: 0, sentence: 0, ago: kept.length - at })),
  );
}
