import type { Log, LogFacts } from "../../src/terms.ts";

export interface Line {
  readonly level: "info" | "warn" | "error";
  readonly facts: LogFacts;
  readonly message: string;
}

/** A log that keeps its lines, so that a test can ask what whoever is on call would have seen. */
export function keptLog(): Log & { readonly lines: readonly Line[] } {
  const lines: Line[] = [];
  const keep = (level: Line["level"]) => (facts: LogFacts, message: string) => {
    lines.push({ level, facts, message });
  };
  return { lines, info: keep("info"), warn: keep("warn"), error: keep("error") };
}
